// The page's end of a run: starts the worker, hands its lines on, and ends it when it computes without end.

import type { FromWorker, RunRequest, Sentence } from "./messages";

/** What a run tells the page. */
export interface RunEvents {
  /** The next lines of the trace: each a JSON object, the header first. */
  trace(lines: string[]): void;
}

/** A run that could not be carried out, or not to its end. */
export class RunError extends Error {
  override name = "RunError";

  constructor(readonly sentence: Sentence) {
    super(sentence.en);
  }
}

/** Runs programs, one at a time. */
export class Runner {
  constructor(private readonly events: RunEvents) {}

  /** Runs to the end; rejects with a `RunError` if it cannot. A run that is under way is stopped. */
  run(_request: RunRequest): Promise<void> {
    throw new RunError({
      en: "This build of the page has no simulator in it.",
      zh: "此页面不含模拟器。",
    });
  }

  /** Ends the run that is under way, if any: its promise resolves, the lines that came stay. */
  stop(): void {}
}

export type { FromWorker };
