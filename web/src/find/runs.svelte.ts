// Runs that are looked for among all that an exploration makes, by what comes in them.

import { Exploration, type Which } from "../explore/exploration.svelte";
import type { Session } from "../state/session.svelte";
import type { Match, Matches } from "../worker/messages";

const NOTHING: Matches = { count: 0, shortest: [], late: 0 };

/** What is looked for, and the runs that were found. */
export class RunSearch extends Exploration {
  comes = $state("");
  without = $state("");

  constructor(
    session: Session,
    private readonly beside: Which & { stop(): void },
  ) {
    super(session);
  }

  /** What was found so far. */
  get matches(): Matches {
    return this.report?.matches ?? NOTHING;
  }

  /** Looks through the runs of the program that is shown, and ends the exploration beside it: one at a time. */
  async start(): Promise<void> {
    this.beside.stop();
    const { comes, without } = this;
    const { language } = this.session.state;
    await this.explore(this.beside, { comes, without, language });
  }

  /** Shows a run that was found, at what comes in it. */
  async show({ schedule, step }: Match): Promise<void> {
    await this.session.openSchedule(schedule, step);
  }
}
