// All words of the page, in English. Sentences about a run come from its trace.

export const en = {
  tagline: "Unix processes that talk",

  // The bar
  program: "Program",
  chooseProgram: "Choose a program",
  order: "Who goes next",
  orderDefault: "run on until blocked",
  orderSeed: "random, by seed",
  orderSchedule: "as recorded",
  seed: "Seed",
  anotherSeed: "Another seed",
  run: "Run",
  running: (steps: string) => `Running: ${steps} steps so far …`,
  stop: "Stop",
  openTrace: "Open a trace",
  saveTrace: "Save this trace",
  language: "Language",
  help: "Keys and what is what",
  close: "Close",

  // The picture
  picture: "Picture of the run",
  pictureAt: (step: number) => `The processes at step ${step}`,
  state: {
    ready: "can go on",
    waiting: "waits",
    stopped: "stopped",
    ended: "ended",
    reaped: "joined",
  },
  exited: (code: number) => `exited with ${code}`,
  killedBy: (name: string) => `killed by ${name}`,
  next: "next:",
  went: "this step",
  descriptors: "Descriptors",
  descriptor: "fd",
  role: {
    reads: "reads",
    writes: "writes",
    both: "both ways",
    watches: "watches",
  },
  closed: "closed",
  terminal: "terminal",
  more: (count: number) => `and ${count} more`,
  inheritedAt: (step: number) => `copied at the fork, step ${step}`,
  kind: { pipe: "pipe", channel: "channel", process: "end of process" },
  bell: {
    item: (queue: string) => `queue ${queue}: items`,
    room: (queue: string) => `queue ${queue}: room`,
    tasks: (queue: string) => `queue ${queue}: tasks`,
  },
  writeEnd: "writes",
  readEnd: "reads",
  endOf: (side: number) => `side ${side}`,
  fill: (bytes: string, capacity: string) => `${bytes} of ${capacity} bytes`,
  empty: "empty",
  full: "full",
  messages: (count: number) =>
    count === 1 ? "1 message" : `${count} messages`,
  moreMessages: (count: number) => `+${count}`,
  waitsHere: (pids: string) => `${pids} waits here`,
  nobodyWrites: "no writer is left: end of file",
  nobodyReads: "no reader is left",
  sentBy: (pid: number, step: number) => `sent by ${pid} at step ${step}`,
  bytes: (count: string) => (count === "1" ? "1 byte" : `${count} bytes`),
  noObjects: "no pipes yet",

  // The sentence
  sentence: "What happens",
  before: "Before the first step: nothing has happened yet.",
  ends: { finished: "The end", deadlock: "Deadlock", limit: "Stopped" },
  why: "Why nobody can go on",
  advice: "What to do",
  seeFork: (step: number) => `see the fork at step ${step}`,
  seeMaking: (step: number) => `see step ${step}, where it was made`,

  // Transport and timeline
  transport: "Steps",
  first: "First step",
  back: "One step back",
  forward: "One step forward",
  last: "Last step",
  step: "Step",
  stepAt: (step: number) => `Step ${step}`,
  of: (steps: string) => `of ${steps}`,
  slider: "Step of the run",
  sliderValue: (step: number, steps: number, process: string, call: string) =>
    `step ${step} of ${steps}, ${process} ${call}`,
  sliderStart: (steps: number) => `step 0 of ${steps}, before the first`,
  timeline: "Who went when",
  clock: (time: string) => `clock ${time}`,

  // Panels
  source: "Source",
  output: "Output",
  steps: "Steps",
  noSource: "This page has no source of that program.",
  noOutput: "Nothing was printed.",
  laterOutput: "printed later",
  lastSeen: (pid: number) => `${pid} was last seen here`,
  timeout: "time is up",
  killed: "killed",
  callFails: "made to fail",
  interrupted: "interrupted",
  stopped: "stopped",

  // Trouble with the page itself
  dropHere: "Drop a trace to open it",
  nothingYet: "Choose a program and press Run, or open a recorded trace.",
  noPrograms:
    "This build of the page has no programs in it. A recorded trace can still be opened.",
  noProgram: (name: string) => `There is no program ${name} in this page.`,
  noSuspending:
    "This browser cannot pause a WebAssembly program (JSPI), so the page cannot run one. Chrome or Edge 137, Firefox 153, Safari 27 or newer can. A recorded trace opens here too.",
  notTrace: "That is not a forktalk trace.",
  newerTrace: "That trace was written by a newer forktalk.",
  brokenTrace: (line: number) =>
    `The trace is damaged at line ${line}; what came before it is shown.`,
  notFetched: (name: string) => `${name} could not be loaded.`,
  failed: "The run could not be carried out.",
  dismiss: "Dismiss",

  // Help
  helpTitle: "Reading the picture",
  helpCards:
    "A card is a process. Its table lists the descriptors that it holds; a line leads from each to the end of the pipe that it names. A small fork beside it says: copied at a fork.",
  helpPipes:
    "A pipe is a tube: what is written goes in at the left and is read at the right, first in, first out. Blocks in it are messages.",
  helpChanged:
    "A double outline marks what this step changed. Nothing else moves.",
  helpEnd:
    "A reader reaches the end of a pipe only when the pipe is empty and every copy of its writing end is closed, in every process.",
  keys: "Keys",
  keyStep: "one step forward or back",
  keyTen: "ten steps",
  keyEnds: "first, last step",
  keyGo: "type a step's number",
  keyRun: "run again",
  keyTrouble: "how it ends",
  keyLanguage: "中文 / English",
  keyHelp: "this",
};

/** The words of a language: every language has all of them. */
export type Words = typeof en;
