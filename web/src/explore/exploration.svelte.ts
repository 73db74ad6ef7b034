// Many runs of the program that is shown, made in a worker of its own, and what is known of them so far.

import type { Session } from "../state/session.svelte";
import { Searcher } from "../worker/client";
import type {
  Budget,
  RunRequest,
  SearchReport,
  Wanted,
  Way,
} from "../worker/messages";

/** Which runs are made. */
export interface Which {
  readonly way: Way;
  readonly faults: Budget;
  /** So many at most. */
  readonly limit: number;
}

/** Why an exploration came to its end. */
export type Stopped = "exhausted" | "runs" | "visitor";

/** An exploration, one after the other. */
export class Exploration {
  report = $state.raw<SearchReport | null>(null);
  running = $state(false);
  stopped = $state<Stopped | null>(null);
  seconds = $state(0);
  /** Whether all that it looked for are behaviours, and nothing beside. */
  whole = $state(true);
  /** What it says why it could not go on. */
  problem = $state.raw<{ en: string; zh: string } | null>(null);

  protected readonly searcher = new Searcher();
  protected turn = 0;

  constructor(protected readonly session: Session) {}

  /** Forgets what was found: another program is shown. */
  forget(): void {
    this.leave();
    this.report = null;
    this.stopped = null;
    this.problem = null;
  }

  /** Ends the runs; what was found stays. */
  stop(): void {
    if (!this.running) return;
    this.leave();
    this.stopped = "visitor";
  }

  private leave(): void {
    this.turn += 1;
    this.searcher.stop();
    this.running = false;
  }

  /** Explores the program that is shown; answers whether it came to its end. */
  protected async explore(which: Which, wanted?: Wanted): Promise<boolean> {
    const run = this.session.request;
    if (!run) return false;
    this.forget();
    const turn = this.turn;
    const begun = performance.now();
    const { way, limit } = which;
    const faults = { ...which.faults };
    this.running = true;
    this.whole =
      way === "exhaustive" && Object.values(faults).every((one) => !one);
    const request = {
      module: run.module,
      key: run.key,
      run: plain(run),
      what: { kind: "explore" as const, way, faults },
      runs: limit,
      ...(wanted && { wanted }),
    };
    try {
      await this.searcher.search(request, (report) => {
        if (turn !== this.turn) return;
        this.report = report;
        this.seconds = (performance.now() - begun) / 1000;
      });
    } catch (error) {
      if (turn !== this.turn) return false;
      this.running = false;
      this.problem = sentenceOf(error);
      return false;
    }
    if (turn !== this.turn) return false;
    this.running = false;
    this.stopped = this.report?.over ?? "runs";
    return true;
  }
}

/** What a search needs of a run's request: the program and its Unix, not who goes. */
export function plain(run: RunRequest): Omit<RunRequest, "module"> {
  const { program, arguments: given, schedule, seed } = run;
  return {
    program,
    arguments: given,
    schedule,
    seed,
    strategy: "default",
    ...(run.name === undefined ? {} : { name: run.name }),
  };
}

function sentenceOf(error: unknown): { en: string; zh: string } | null {
  return error instanceof Error && "sentence" in error
    ? (error.sentence as { en: string; zh: string })
    : null;
}
