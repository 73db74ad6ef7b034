// All words of the page, in English. Sentences about a run come from its trace.

import { explore } from "./explore_en";
import { lessons } from "./lessons_en";

export const en = {
  tagline: "Unix processes that talk",

  // The bar
  program: "Program",
  chooseProgram: "Choose a program",
  order: "Who goes next",
  orderDefault: "run on until blocked",
  orderSeed: "random, by seed",
  orderSchedule: "by a schedule",
  seed: "Seed",
  anotherSeed: "Another seed",
  run: "Run",
  running: (steps: string) => `Running: ${steps} steps so far …`,
  stop: "Stop",
  openTrace: "Open a trace",
  language: "Language",
  help: "Keys and what is what",
  moreOfBar: "Order, lessons, files, language",
  close: "Close",

  // On a phone
  sheets: {
    title: "More about this run",
    lesson: "Lesson",
    source: "Source",
    output: "Output",
    steps: "Steps",
    lanes: "Lanes",
  },

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
  isChosen: (who: string) => `${who} is chosen.`,
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
  kind: {
    pipe: "pipe",
    channel: "channel",
    process: "end of process",
    queue: "queue",
  },
  putEnd: "puts",
  getEnd: "gets",
  items: (count: string) => (count === "1" ? "1 item" : `${count} items`),
  itemsOf: (count: string, bound: string) => `${count} of ${bound} items`,
  queueClosed: "closed: nothing more is put",
  writeEnd: "writes",
  readEnd: "reads",
  endOf: (side: number) => `side ${side}`,
  fill: (bytes: string, capacity: string) => `${bytes} of ${capacity} bytes`,
  empty: "empty",
  full: "full",
  messages: (count: number) =>
    count === 1 ? "1 message" : `${count} messages`,
  moreMessages: (count: number) => `+${count}`,
  waitsHere: (pids: string, count: number) =>
    count === 1 ? `${pids} waits here` : `${pids} wait here`,
  nobodyWrites: "no writer is left: end of file",
  nobodyReads: "no reader is left",
  sentBy: (pid: number, step: number) => `sent by ${pid} at step ${step}`,
  bytes: (count: string) => (count === "1" ? "1 byte" : `${count} bytes`),
  noObjects: "no pipes",

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
  timelineTools: "How the timeline is shown",
  detail: {
    turns: "turning points",
    messages: "and messages",
    all: "every step",
  },
  lessDetail: "Less detail",
  moreDetail: "More detail",
  time: "time",
  axisTime: "Show how long the clock ran between steps",
  clockStands: "The clock stands still in this run",
  lanes: {
    about: "Which lanes are shown",
    all: "lanes",
    some: (shown: number, lanes: number) => `${shown} of ${lanes} lanes`,
    show: (who: string) => `Show the lane of ${who}`,
    pin: "pin",
    pinOf: (who: string) => `Pin the lane of ${who} to the top`,
    reset: "Show them all, none pinned",
  },
  shading: "before / after",
  shadingAbout: "Show what must come before this step and what must come after",
  shadingNone: "Go to a step: nothing comes before the first.",
  precede: (steps: number) => `${steps} must come before`,
  follow: (steps: number) => `${steps} must come after`,
  concurrent: (steps: number) => `${steps} in either order`,

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

  // Lessons
  lesson: {
    open: "Lessons",
    all: "Lessons",
    choose: "Choose a lesson",
    leave: "Leave the lesson",
    place: (place: number, lessons: number) => `Lesson ${place} of ${lessons}`,
    right: "Right.",
    wrong: "Not quite.",
    reveal: "Show me",
    goal: "Now you",
    reached: "Done",
    next: (title: string) => `Next: ${title} →`,
    last: "That was the last one. Now you know how processes talk.",
    sandbox: "Go on playing with:",
    manual: "The manual has it exactly (in English, elsewhere):",
  },
  lessons,

  // What passes at a step
  passing: {
    what: {
      bytes: (bytes: string, pipe: string) => `${bytes} bytes of pipe ${pipe}:`,
      items: (items: string, queue: string) =>
        items === "1"
          ? `1 item of queue ${queue}:`
          : `${items} items of queue ${queue}:`,
      closing: (_: string, pipe: string) => `End-of-file of pipe ${pipe}:`,
      end: () => "The end of a child:",
      fork: () => "A fork:",
      signal: () => "A signal:",
    },
    from: {
      bytes: "written by",
      items: "put by",
      closing: "the last writing end closed by",
      end: "ended:",
      fork: "by",
      signal: "by",
    },
    to: {
      bytes: "read by",
      items: "got by",
      closing: "read by",
      end: "joined by",
      fork: "to",
      signal: "to",
    },
    here: (who: string) => `${who}, here`,
    at: (who: string, step: number) => `${who}, step ${step}`,
    never: "never read in this run",
  },

  // Notes
  notes: {
    title: "Notes",
    about: "Write a note at this step; the link keeps it",
    add: "Add a note",
    change: "Change this note",
    at: (step: number) => `A note at step ${step}`,
    keep: "Keep",
    leave: "Leave it",
    count: (notes: number) => (notes === 1 ? "1 note" : `${notes} notes`),
    place: (place: number, notes: number) => `note ${place} of ${notes}`,
    next: "Next note",
    previous: "Previous note",
  },

  // As a part of another page
  embed: {
    full: "Open in full",
  },

  // Find
  find: {
    field: "Find steps",
    hint: "child read · waits · main.rs:14",
    none: "none",
    count: (steps: number) => (steps === 1 ? "1 step" : `${steps} steps`),
    place: (place: number, steps: number) => `${place} of ${steps}`,
    next: "Next step that was found",
    previous: "Previous step that was found",
  },

  // Export
  export: {
    title: "Take it with you",
    open: "Export",
    what: "What to export",
    kinds: {
      picture: "Picture",
      strip: "Strip for slides",
      mermaid: "Mermaid",
      chrome: "Chrome trace",
      trace: "Trace",
      command: "Replay command",
      test: "Rust test",
      schedule: "Schedule",
      embed: "For a course page",
      bundle: "Bundle",
    },
    about: {
      picture: "The picture of this step, its sentence beneath.",
      strip:
        "Pictures of the steps you choose, numbered, each with its sentence.",
      mermaid: "A sequence diagram for a page or an issue that draws Mermaid.",
      chrome: "Opens in Perfetto (ui.perfetto.dev) and chrome://tracing.",
      trace: "Every step as JSON Lines. This page opens it again.",
      command: "Makes this very run again in a terminal.",
      test: "A test that makes this run again, and wants it to end as it did.",
      schedule: "Who went when: as short as it can be said.",
      bundle:
        "Your program with this moment and your notes in it, as one file: dropped here it opens so; to all others it is the program.",
      embed: "HTML that puts this run, at this step, into a page of yours.",
    },
    steps: "Steps",
    noSteps: "Type steps of this run, such as 3, 5-8.",
    dark: "dark",
    save: "Save",
    copy: "Copy",
    copied: "Copied.",
  },

  // Trouble with the page itself
  dropHere: "Drop a program (.wasm) or a trace to open it",
  nothingYet: "Choose a program and press Run, or open a recorded trace.",
  noPrograms:
    "This build of the page has no programs in it. A recorded trace can still be opened.",
  noProgram: (name: string) => `There is no program ${name} in this page.`,
  noSuspending:
    "This browser cannot pause a WebAssembly program (JSPI), so the page cannot run one. Chrome or Edge 137, Firefox 153, Safari 27 or newer can. A recorded trace opens here too.",
  notTrace:
    "That is not a forktalk trace. (What FORKTALK_TRACE wrote is opened by `forktalk view`.)",
  newerTrace: "That trace was written by a newer forktalk.",
  brokenTrace: (line: number) =>
    `The trace is damaged at line ${line}; what came before it is shown.`,
  noLongerFits: (step: number) =>
    `The schedule no longer fits this program at step ${step}: from there on the run goes in the usual order.`,
  notFetched: (name: string) => `${name} could not be loaded.`,
  failed: "The run could not be carried out.",
  dismiss: "Dismiss",

  // Steering
  side: "What one can do here",
  tabs: { next: "Who next", why: "Why stuck", ends: "How it ends" },
  whoNext: "Who goes next",
  nextNobody: "Nobody can go on.",
  nextOver: "The run is over: every process has ended.",
  nextHow:
    "Let somebody else go: the run branches here, and this one is kept. The keys 1 to 9 do the same.",
  wentNext: "this run went on so",
  timeIsUp: "its time is up",
  cannotGo: "cannot go",
  chain: {
    why: "why?",
    whyOf: (name: string) => `Why does ${name} wait?`,
    writes: (name: string, fd: number) =>
      `${name} can still write, by descriptor ${fd}`,
    reads: (name: string, fd: number) =>
      `${name} could read, by descriptor ${fd}`,
    made: (step: number) => `made at step ${step}`,
    until: (step: number) => `let go at step ${step}`,
    never: "never closed after",
    again: (name: string) => `… and so back to ${name}: a circle.`,
  },
  thenWell: "then ends well",
  thenBadly: "then fails",
  recordedOnly:
    "A recording can be stepped through, not steered: its processes are not here.",
  nativeOnly:
    "This is a recording of a native run: the system chose who went when, so it cannot be steered; the same program built for wasm32-wasip1 can. What it printed is not recorded.",
  nativeCompare: (name: string) => `Compare with ${name}`,
  runItHere: "Run it here",
  breakIt: "Break it here",
  breakHow:
    "What goes wrong before the next step becomes part of the schedule.",
  nothingBreaks: "Nothing can go wrong at this step.",
  breaks: {
    kill: "kill",
    stop: "stop for ever",
    timeout: "time out",
    interrupt: "interrupt",
    fail: "let its call fail",
    go: (bytes: number) =>
      bytes === 1 ? "only 1 byte" : `only ${bytes} bytes`,
  },
  marks: "Your marks",
  marksMany: (count: number) => `${count} choices differ from the usual order.`,
  marksHow: "Where this run departs from the usual order.",
  markOf: {
    go: (name: string) => `${name} goes first`,
    short: (name: string, bytes: number) =>
      `${name} moves only ${bytes === 1 ? "1 byte" : `${bytes} bytes`}`,
    kill: (name: string) => `${name} is killed`,
    stop: (name: string) => `${name} is stopped for ever`,
    timeout: (name: string) => `the time of ${name} is up early`,
    interrupt: (name: string) => `the call of ${name} is interrupted`,
    fail: (name: string) => `the call of ${name} fails`,
  },
  removeMark: "Take back",
  branches: "Runs",
  branchFirst: "first run",
  branchAt: (step: number, mark: string) => `step ${step}: ${mark}`,
  branchSteps: (steps: number) => `${steps} steps`,
  endsWell: "ends well",
  fails: "fails",
  compareWith: "Compare with the run that is shown",

  // Exploring
  ...explore,

  // Acts, by key and palette
  acts: {
    forward: "One step on",
    back: "One step back",
    on: "Next event of the chosen process, or ten steps on",
    before: "Event before of the chosen process, or ten steps back",
    first: "To the beginning",
    last: "To the end",
    goto: "Go to a step",
    trouble: "Next trouble",
    send: "Where this message was sent",
    receive: "Where this message is received",
    run: "Run again",
    explore: "Explore every order",
    branch: "Next of the runs",
    kill: "Kill a process here",
    timeout: "Let a time be up here",
    why: "Why somebody waits",
    next: "Who goes next",
    copy: "Copy the link to this moment",
    language: "中文 / English",
    help: "Keys and what is what",
    palette: "All acts",
    choose: "Choose that process",
    chooseNext: "Choose the next process",
    chooseBefore: "Choose the process before",
    letGo: "Let that process go",
    open: "Open a program or trace",
    save: "Export: pictures, traces, a test",
    find: "Find steps",
    note: "Write a note at this step",
    moreDetail: "More detail on the timeline",
    lessDetail: "Less detail on the timeline",
    shading: "Show what comes before and after this step",
    lanes: "Which lanes are shown",
    hideLane: "Hide or show the lane of the chosen process",
    pinLane: "Pin the lane of the chosen process to the top, or unpin it",
    lessons: "Lessons",
  },
  actsFind: "What do you want to do?",
  actsNone: "There is no such act.",

  // Files of one's own, and the opening
  wanted: (name: string) => `This link shows a run of your file ${name}.`,
  wantedHow: (hash: string) =>
    `The page does not have it: choose it, or drop it here. Its SHA-256 begins with ${hash}.`,
  wantedHowNamed: "The page does not have it: choose it, or drop it here.",
  chooseFile: "Choose the file",
  otherFile: (name: string) =>
    `That is not the file ${name} that the link names: its contents are others.`,
  arguments: "Arguments",
  openingLine: "One step more, and nobody will ever go on. Can you see why?",
  openingGo: "Take the step",

  // Help
  helpTitle: "Reading the picture",
  helpCards:
    "A card is a process. Its table lists the descriptors that it holds; a line leads from each to the end of the pipe that it names. A small fork beside it says: copied at a fork.",
  helpPipes:
    "A pipe is a tube: what is written goes in at the left and is read at the right, first in, first out. Blocks in it are messages. A queue is drawn the same way: blocks are items, and each says who put it.",
  helpChanged:
    "A double outline marks what this step changed. Nothing else moves.",
  helpEnd:
    "A reader reaches the end of a pipe only when the pipe is empty and every copy of its writing end is closed, in every process.",
  keys: "Keys",
  remembered: "What this page remembers",
  rememberedWhat:
    "Which lessons you did and where you were, in this browser only. Nothing is sent anywhere.",
  forget: "Forget it",
};

/** The words of a language: every language has all of them. */
export type Words = typeof en;
