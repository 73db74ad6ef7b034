// What the page and the worker say to each other, and nothing else.
//
// The worker answers in the trace format, one JSON object a line, header first: the page reads live runs and trace
// files by one and the same way.

import type { Language } from "../words/words";

/** How the next process is chosen when no schedule says so. */
export type Strategy = "default" | "random" | "round-robin";

/** What to run, and who goes next. */
export interface RunRequest {
  /** The guest module's bytes, or the address to fetch them from. */
  module: ArrayBuffer | URL | string;
  /** By what its bytes are known again: they need not be compiled for each run. */
  key?: string | undefined;
  /** Which of the module's programs: the guest's first argument. */
  program: string;
  /** What the trace calls it, if not so. */
  name?: string;
  /** The guest's further arguments. */
  arguments: string[];
  /** The seed of the random choices and of the guest's random numbers; null: the default policy, and seed 0. */
  seed: number | null;
  /** Choices to follow, as a trace's header or a failure's last line has them; null: the strategy chooses. */
  schedule: string | null;
  /** Whether what does not fit of the schedule is passed over. */
  whereItFits?: boolean;
  /**
   * The choices of the first steps, as schedules write them, a space between two; the default policy goes on. The
   * schedule then only says which Unix is simulated.
   */
  choices?: string;
  /** The first step that is written down, if the page has those before. It is told at once. */
  from?: number;
  strategy: Strategy;
}

/** What a person may steer by: at each step what was chosen and what could have been. */
export interface Steering {
  /** The choices, a space behind each. */
  choices: string;
  /** What could be chosen after 0, 1, 2 … steps, faults included: a line each, a space behind each choice. */
  offers: string;
  /** The steps at which something else was chosen than by the default policy. */
  departs: number[];
  /** Whether nothing failed. */
  well: boolean;
  /** The step at which the schedule no longer fitted; nothing: it did. */
  diverged?: number | null;
}

/** A step of a run, and how that run ends. */
export interface Preview {
  /** What the step does. */
  sentence: Sentence;
  /** How the run ends. */
  end: Sentence;
  /** Whether nothing fails in it. */
  well: boolean;
}

/** How many faults of each kind a run may have. */
export interface Budget {
  kills: number;
  timeouts: number;
  shorts: number;
  interrupts: number;
  failures: number;
  stops: number;
}

/** Which runs an exploration makes. */
export type Way = "exhaustive" | "fewPreemptions" | "chance";

/** What is looked for in many runs. */
export type Quest =
  /** How the program can end. */
  | { kind: "explore"; way: Way; faults: Budget }
  /** The step that decided how the run of these choices ended. */
  | { kind: "decide"; choices: string }
  /** The shortest run like the one of the request's schedule. */
  | { kind: "shrink" };

/** Runs that somebody looks for, in words as steps are found by. */
export interface Wanted {
  /** What comes in them, at a step or in how they end. */
  comes: string;
  /** What does not come before it; empty: it does not matter. */
  without: string;
  language: Language;
}

/** A search: many runs, none of them written down unless runs are wanted. */
export interface SearchRequest {
  module: RunRequest["module"];
  key?: string | undefined;
  run: Omit<RunRequest, "module">;
  what: Quest;
  /** So many runs at most; to decide, for each step that is tried. */
  runs: number;
  /** Of an exploration: which of its runs are told. */
  wanted?: Wanted;
}

/** A run, by what makes it again. */
export interface Shortest {
  steps: number;
  schedule: string;
}

/** A way to end, and how often it was seen. */
export interface Outcome {
  fails: boolean;
  /** What may be wrong with it, by the names that the command has for it. */
  troubles: string[];
  /** How each process ended, by number; null: it never did. */
  statuses: (string | null)[];
  output: string;
  runs: number;
  first: number;
  shortest: Shortest;
}

/** A run that was wanted, and where in it that comes: at its last step, if only its end says so. */
export interface Match extends Shortest {
  step: number;
  sentence: Sentence;
}

/** The runs that were wanted. */
export interface Matches {
  count: number;
  /** The first few of them, shortest first. */
  shortest: Match[];
  /** In how many others it comes after what was not to come before, which in another order of the same could be otherwise. */
  late: number;
}

/** The deciding moment of a run that ended badly. */
export type Decided =
  | {
      kind: "step";
      /** Until before this step it could end well; not after it. */
      step: number;
      chosen: string;
      /** What would have been chosen in the nearest run that ends well. */
      instead: string | null;
      well: Shortest;
      /** Where not all ways on were seen: how many of how many that were tried from before the step ended well. */
      share: [number, number] | null;
    }
  /** However the choices fall, it does not end well. */
  | { kind: "never" }
  /** There are too many ways on to see them all. */
  | { kind: "unknown" };

/** What a search knows. */
export interface SearchReport {
  runs: number;
  mostSteps: number;
  /** Why an exploration is over. */
  over: "exhausted" | "runs" | null;
  /** How many outcomes there are. */
  found: number;
  /** The first of them: failures, then what was seen most. */
  outcomes: Outcome[];
  moment: Decided | null;
  shortest: Shortest | null;
  /** If runs are wanted. */
  matches?: Matches;
}

/** A sentence for people, in both languages. */
export interface Sentence {
  en: string;
  zh: string;
}

/** What the worker is asked; a module's URL does not survive the way: it goes as its text. */
export type Question =
  | ({ kind: "run" } & RunRequest)
  /** What a step of the run does, and how the run ends. */
  | ({ kind: "preview"; only: number } & RunRequest)
  | ({ kind: "search" } & SearchRequest);

/** Page to worker. */
export type ToWorker = Question & { module: ArrayBuffer | string };

/** Worker to page. */
export type FromWorker =
  /** The next lines of the trace, without line ends; none, if it is only alive. */
  | { kind: "trace"; lines: string[] }
  /** The trace is whole; its header once more, which now names the schedule that replays the run. */
  | { kind: "end"; header: string; steering: Steering }
  | { kind: "preview"; preview: Preview }
  /** What a search knows so far, or, at last, all that it could find. */
  | { kind: "found"; report: SearchReport; done: boolean }
  /** It could not be run, or not to its end. */
  | { kind: "error"; sentence: Sentence };
