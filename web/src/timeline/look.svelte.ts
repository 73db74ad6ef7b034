// How the timeline is looked at: what follows from the reader's choice for the run that is shown.

import type { Session } from "../state/session.svelte";
import { DETAILS, columnsOf, fittingDetail, placed } from "./columns";
import { lanesInSight, toggled, type Lens } from "../state/lens";
import { lanesOf } from "./lanes";
import { coneOf } from "./order";
import { passagesOf } from "./passages";

/**
 * What the timeline makes of the session: the run, the step, and the lens that it is looked at through. What belongs to the whole run is derived from
 * `session.trace`, which stays the same from step to step: `session.state` does not.
 */
export class Look {
  /** The width that lanes have on the screen. */
  view = $state(0);

  constructor(private readonly session: Session) {}

  private readonly lens = $derived.by(() => this.session.state.extra.lens);
  readonly shading = $derived(this.lens.shading);
  /** All lanes of the run. */
  readonly lanes = $derived.by(() => {
    const { trace } = this.session;
    return trace?.started ? lanesOf(trace) : [];
  });
  /** Those that are drawn, in the order in which they stand. */
  readonly shown = $derived(lanesInSight(this.lanes, this.lens));
  readonly passages = $derived.by(() => {
    const { trace } = this.session;
    return trace?.started ? passagesOf(trace) : [];
  });
  private readonly fitting = $derived.by(() => {
    const { trace } = this.session;
    if (!trace) return DETAILS[0];
    return fittingDetail(trace, this.shown, this.passages, this.view);
  });
  readonly detail = $derived(this.lens.detail ?? this.fitting);
  private readonly cut = $derived.by(() => {
    const { trace } = this.session;
    if (!trace?.started) return [];
    return columnsOf(trace, this.shown, this.passages, this.detail);
  });
  /** Whether time passes at all: in many runs the clock stands. */
  readonly timed = $derived.by(
    () => (this.session.trace?.steps.at(-1)?.now_ns ?? 0) > 0,
  );
  readonly axis = $derived(this.timed && this.lens.time ? "time" : "steps");
  readonly columns = $derived.by(() => {
    const { trace } = this.session;
    if (!trace) return null;
    return placed(this.cut, trace, this.axis, this.view);
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
    this.choose({ detail: DETAILS[index] ?? this.detail });
  }

  /** Shades what comes before and after, or no longer. */
  shade(): void {
    this.choose({ shading: !this.shading });
  }

  /** Hides or pins a lane, or no longer. */
  toggle(which: "hidden" | "pinned", pid: number): void {
    this.choose({ [which]: toggled(this.lens[which], pid) });
  }

  /** The lane that a process is on, by the one who is first there. */
  laneOf(pid: number | null): number | null {
    const lane = this.lanes.find(({ members }) =>
      members.some((member) => member.pid === pid),
    );
    return lane?.members[0]!.pid ?? null;
  }

  /** Looks through another lens. */
  choose(change: Partial<Lens>): void {
    this.session.setExtra({ lens: { ...this.lens, ...change } });
  }

  canZoom(by: 1 | -1): boolean {
    return DETAILS[DETAILS.indexOf(this.detail) + by] !== undefined;
  }
}
