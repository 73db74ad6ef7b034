// How the program that is shown can end: an exploration, and each outcome told.

import { SvelteMap } from "svelte/reactivity";
import { RunSearch } from "../find/runs.svelte";
import type { Budget, Outcome, Preview, Way } from "../worker/messages";
import { Exploration, plain } from "./exploration.svelte";

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

/** What was asked for, and what is known. */
export class Quest extends Exploration {
  way = $state<Way>("exhaustive");
  faults = $state<Budget>(NO_FAULTS);
  limit = $state(LIMITS[1]!);

  /** How the shortest run of each outcome ends, by its schedule. */
  readonly endings = new SvelteMap<string, Preview>();
  /** What is looked for in the same runs. */
  readonly runs = new RunSearch(this.session, this);

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

  override forget(): void {
    super.forget();
    this.runs.forget();
    this.endings.clear();
  }

  override stop(): void {
    if (!this.running) return;
    super.stop();
    void this.understand();
  }

  /** Explores the program that is shown. */
  async start(): Promise<void> {
    if (await this.explore(this)) await this.understand();
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
