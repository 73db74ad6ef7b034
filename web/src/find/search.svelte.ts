// What is looked for in the run that is shown, and where it was found.

import type { Session } from "../state/session.svelte";
import { found, nextOf, textsOf } from "./find";

/** The field's state. */
export class Search {
  query = $state("");

  constructor(private readonly session: Session) {}

  private readonly language = $derived.by(() => this.session.state.language);
  private readonly texts = $derived.by(() => {
    const { trace } = this.session;
    // Made once somebody looks for something, and not at each step.
    return trace && this.active ? textsOf(trace, this.language) : [];
  });

  /** Whether anything is looked for. */
  get active(): boolean {
    return this.query.trim() !== "";
  }

  /** The steps that were found. */
  readonly steps = $derived.by(() => found(this.texts, this.query));

  /** Goes to the next one that was found, or the one before. */
  go(by: 1 | -1): void {
    const next = nextOf(this.steps, this.session.state.step, by);
    if (next !== null) this.session.go(next);
  }
}
