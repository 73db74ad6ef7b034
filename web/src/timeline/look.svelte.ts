// How the timeline is looked at: what the reader chose, and what follows from it for the run that is shown.

import type { Session } from "../state/session.svelte";
import {
  DETAILS,
  columnsOf,
  fittingDetail,
  placed,
  type Axis,
  type Detail,
} from "./columns";
import { lanesOf } from "./lanes";
import { coneOf } from "./order";
import { passagesOf } from "./passages";

/**
 * The timeline's own state; the run and the step belong to the session. What belongs to the whole run is derived from
 * `session.trace`, which stays the same from step to step: `session.state` does not.
 */
export class Look {
  /** Nothing: the finest detail that fits. */
  private wanted = $state<Detail | null>(null);
  axis = $state<Axis>("steps");
  /** Whether what precedes and what follows the step is shaded. */
  shading = $state(false);
  /** The width that lanes have on the screen. */
  view = $state(0);

  constructor(private readonly session: Session) {}

  readonly lanes = $derived.by(() => {
    const { trace } = this.session;
    return trace?.started ? lanesOf(trace) : [];
  });
  readonly passages = $derived.by(() => {
    const { trace } = this.session;
    return trace?.started ? passagesOf(trace) : [];
  });
  private readonly fitting = $derived.by(() => {
    const { trace } = this.session;
    if (!trace) return DETAILS[0];
    return fittingDetail(trace, this.lanes, this.passages, this.view);
  });
  readonly detail = $derived(this.wanted ?? this.fitting);
  private readonly cut = $derived.by(() => {
    const { trace } = this.session;
    if (!trace?.started) return [];
    return columnsOf(trace, this.lanes, this.passages, this.detail);
  });
  /** Whether time passes at all: in many runs the clock stands. */
  readonly timed = $derived.by(
    () => (this.session.trace?.steps.at(-1)?.now_ns ?? 0) > 0,
  );
  readonly columns = $derived.by(() => {
    const { trace } = this.session;
    if (!trace) return null;
    const axis = this.timed ? this.axis : "steps";
    return placed(this.cut, trace, axis, this.view);
  });
  readonly cone = $derived.by(() => {
    const { trace } = this.session;
    const { step } = this.session.state;
    if (!trace || !this.shading || step === 0) return null;
    return coneOf(trace.steps, this.passages, step);
  });

  /** More detail, or less. */
  zoom(by: 1 | -1): void {
    const index = DETAILS.indexOf(this.detail) + by;
    this.wanted = DETAILS[index] ?? this.detail;
  }

  /** Shades what comes before and after, or no longer. */
  shade(): void {
    this.shading = !this.shading;
  }

  canZoom(by: 1 | -1): boolean {
    return DETAILS[DETAILS.indexOf(this.detail) + by] !== undefined;
  }
}
