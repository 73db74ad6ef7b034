// What the page and the worker say to each other, and nothing else.
//
// The worker answers in the trace format, one JSON object a line, header first: the page reads live runs and trace
// files by one and the same way.

/** How the next process is chosen when no schedule says so. */
export type Strategy = "default" | "random" | "round-robin";

/** What to run, and who goes next. */
export interface RunRequest {
  /** The guest module's bytes, or the address to fetch them from. */
  module: ArrayBuffer | URL | string;
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
  strategy: Strategy;
}

/** A sentence for people, in both languages. */
export interface Sentence {
  en: string;
  zh: string;
}

/** Page to worker. A URL does not survive the way: it goes as its text. */
export type ToWorker = { kind: "run" } & RunRequest & {
    module: ArrayBuffer | string;
  };

/** Worker to page. */
export type FromWorker =
  /** The next lines of the trace, without line ends; none, if it is only alive. */
  | { kind: "trace"; lines: string[] }
  /** The trace is whole; its header once more, which now names the schedule that replays the run. */
  | { kind: "end"; header: string }
  /** It could not be run, or not to its end. */
  | { kind: "error"; sentence: Sentence };
