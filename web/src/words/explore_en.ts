// The words of the explorer, in English: how a program can end, and what decided it.

export const explore = {
  explore: "Explore",
  exploreHow:
    "Makes runs in every order that can make a difference, and lists each way to end.",
  exploreGo: "Explore every order",
  exploreStop: "Stop",
  exploreAgain: "Explore again",
  way: "Which runs",
  ways: {
    exhaustive: "one of each behaviour",
    fewPreemptions: "few preemptions first",
    chance: "by chance",
  },
  upToRuns: "at most",
  runsLimit: (runs: string) => `${runs} runs`,
  faultsToo: "also try",
  faultKinds: {
    kills: "a kill",
    timeouts: "an early timeout",
    shorts: "a short transfer",
    interrupts: "an interrupt",
    failures: "a failing call",
    stops: "a stop",
  },
  counting: (runs: string, rate: string, outcomes: number) =>
    `${runs} runs · ${rate}/s · ${outcomes} ${outcomes === 1 ? "outcome" : "outcomes"}`,
  allSeen: (runs: string) =>
    runs === "1"
      ? "The one behaviour was seen."
      : `All ${runs} behaviours were seen.`,
  allAskedSeen: (runs: string) =>
    `All that was asked for was seen, in ${runs} runs.`,
  runsMade: (runs: string) =>
    `${runs} runs were made, as many as asked for: there may be more behaviours.`,
  searchStopped: (runs: string) =>
    `Stopped after ${runs} runs: there may be more behaviours.`,
  outcomeNeeds: (faults: string) => `with a fault: ${faults}`,
  outcomeWell: "ends well",
  troubles: {
    deadlock: "deadlock",
    "root-failed": "the first process fails",
    "process-failed": "a process fails",
    fuel: "computes without end",
    steps: "too many steps",
    nondeterminism: "not the same again",
    "left-behind": "processes left behind",
    unreceived: "something never received",
  } as Record<string, string>,
  times: (count: string) => `${count}×`,
  shortest: (steps: number) => `shortest: ${steps} steps`,
  prints: "prints",
  printsNothing: "prints nothing",
  moreOutcomes: (count: number) => `and ${count} more`,
  showRun: "Show this run at its end",

  findRuns: "Find runs",

  // The deciding moment
  fate: "Can it still end well?",
  fateLooking: (runs: string) => `looking … ${runs} runs`,
  fateLost: (step: number) => `lost at step ${step}`,
  fateNever:
    "Never: every order of steps ends badly. The mistake is in the program, not in the order.",
  fateUnknown: "Not known: there are too many ways on to see them all.",
  fateLonger: "Look longer",
  fateInstead: (name: string, step: number) =>
    `Had ${name} gone first at step ${step}, all could have ended well.`,
  fateWithout: (step: number) =>
    `Without what happens at step ${step}, all could have ended well.`,
  fateLikely: (well: number, of: number) =>
    `Likely, not certain: from before it ${well} of ${of} tried ways on end well, from behind it none.`,
  fateGood: "Show the good run",
  compare: "Compare",
  compareTitle: "Two runs, side by side",
  compareSame: (steps: number) =>
    steps === 0
      ? "They differ from the first step on."
      : steps === 1
        ? "The first step is the same."
        : `The first ${steps} steps are the same.`,
  compareDiffers: "here they part",
  compareMore: (count: number) => `… ${count} more steps`,
};
