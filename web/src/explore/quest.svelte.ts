// An exploration: many runs of the program that is shown, in a worker of its own, and what is known of them so far.

import { SvelteMap } from "svelte/reactivity";
import type { Session } from "../state/session.svelte";
import { Searcher } from "../worker/client";
import type {
  Budget,
  Outcome,
  Preview,
  RunRequest,
  SearchReport,
  Way,
} from "../worker/messages";

/** The kinds of faults that can be tried too, as the page offers them. */
export const FAULTS = [
  "kills",
  "timeouts",
  "shorts",
  "interrupts",
  "failures",
  "stops",
] as const satisfies (keyof Budget)[];

/** How many runs may be made. */
export const LIMITS = [1_000, 20_000, 1_000_000];

/** So many outcomes are told in a sentence, and so many failures made as short as they can be. */
const TOLD = 12;
const SHRUNK = 4;
const SHRINK_RUNS = 500;

const NO_FAULTS: Budget = {
  kills: 0,
  timeouts: 0,
  shorts: 0,
  interrupts: 0,
  failures: 0,
  stops: 0,
};

/** Why an exploration came to its end. */
export type Stopped = "exhausted" | "runs" | "visitor";

/** What was asked for, and what is known. */
export class Quest {
  way = $state<Way>("exhaustive");
  faults = $state<Budget>(NO_FAULTS);
  limit = $state(LIMITS[1]!);

  report = $state.raw<SearchReport | null>(null);
  running = $state(false);
  stopped = $state<Stopped | null>(null);
  seconds = $state(0);
  /** Whether all that it looked for are behaviours, and nothing beside. */
  whole = $state(true);
  /** What it says why it could not go on. */
  problem = $state.raw<{ en: string; zh: string } | null>(null);
  /** How the shortest run of each outcome ends, by its schedule. */
  readonly endings = new SvelteMap<string, Preview>();

  private readonly searcher = new Searcher();
  private turn = 0;

  constructor(private readonly session: Session) {}

  /** The outcomes, failures first, then what was seen most; of many, the first. */
  get outcomes(): Outcome[] {
    return this.report?.outcomes ?? [];
  }

  /** Whether every behaviour was seen, and none fails. */
  get proven(): boolean {
    const { outcomes } = this;
    const saw = this.stopped === "exhausted" && this.whole;
    return saw && outcomes.length > 0 && outcomes.every(({ fails }) => !fails);
  }

  /** Forgets what was found: another program is shown. */
  forget(): void {
    this.leave();
    this.report = null;
    this.stopped = null;
    this.problem = null;
    this.endings.clear();
  }

  /** Ends the runs; what was found stays. */
  stop(): void {
    if (!this.running) return;
    this.leave();
    this.stopped = "visitor";
    void this.understand();
  }

  private leave(): void {
    this.turn += 1;
    this.searcher.stop();
    this.running = false;
  }

  /** Explores the program that is shown. */
  async start(): Promise<void> {
    const run = this.session.request;
    if (!run) return;
    this.forget();
    const turn = this.turn;
    const begun = performance.now();
    const faults = { ...this.faults };
    this.running = true;
    this.whole =
      this.way === "exhaustive" && Object.values(faults).every((one) => !one);
    const request = {
      module: run.module,
      key: run.key,
      run: plain(run),
      what: { kind: "explore" as const, way: this.way, faults },
      runs: this.limit,
    };
    try {
      await this.searcher.search(request, (report) => {
        if (turn !== this.turn) return;
        this.report = report;
        this.seconds = (performance.now() - begun) / 1000;
      });
    } catch (error) {
      if (turn !== this.turn) return;
      this.running = false;
      this.problem = sentenceOf(error);
      return;
    }
    if (turn !== this.turn) return;
    this.running = false;
    this.stopped = this.report?.over ?? "runs";
    await this.understand();
  }

  /** Makes the failures as short as they can be, and tells how each outcome ends. */
  private async understand(): Promise<void> {
    const turn = ++this.turn;
    const listed = this.outcomes.slice(0, TOLD);
    for (const outcome of listed.filter(({ fails }) => fails).slice(0, SHRUNK))
      await this.shrink(outcome, turn);
    for (const { shortest } of this.outcomes.slice(0, TOLD)) {
      if (turn !== this.turn) return;
      const seen = await this.session.look(
        { schedule: shortest.schedule },
        shortest.steps,
      );
      if (seen && turn === this.turn) this.endings.set(shortest.schedule, seen);
    }
  }

  private async shrink(outcome: Outcome, turn: number): Promise<void> {
    const run = this.session.request;
    const { schedule } = outcome.shortest;
    if (!run || turn !== this.turn || !schedule.includes("_")) return;
    const request = {
      module: run.module,
      key: run.key,
      run: { ...plain(run), schedule },
      what: { kind: "shrink" as const },
      runs: SHRINK_RUNS,
    };
    await this.searcher
      .search(request, ({ shortest }) => {
        if (turn !== this.turn || !shortest || !this.report) return;
        const outcomes = this.report.outcomes.map((each) =>
          each.shortest.schedule === schedule ? { ...each, shortest } : each,
        );
        this.report = { ...this.report, outcomes };
      })
      .catch(() => undefined);
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
