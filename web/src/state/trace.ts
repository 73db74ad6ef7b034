// A recorded run, growing line by line; the view at any of its steps, at once.
//
// A trace holds what changed in each step. Folding those changes from the start would make late steps slow, so the
// whole view is kept every CHECKPOINT steps; views share all that did not change, so that costs little.

import {
  FORMAT_VERSION,
  type End,
  type Header,
  type Step,
  type View,
  type ViewChange,
} from "./format";

/** Steps between two whole views that are kept. */
export const CHECKPOINT = 64;

/** Why a text is not a trace: a key of the words, and the line it was found at. */
export class TraceError extends Error {
  override name = "TraceError";

  constructor(
    readonly reason: "notTrace" | "newerTrace" | "brokenTrace",
    readonly line: number,
  ) {
    super(`${reason} at line ${line}`);
  }
}

/** A run, as far as its lines have come. */
export class Trace {
  header: Header | null = null;
  end: End | null = null;
  /** `steps[n]` is step n + 1: step 0 is the state before the first. */
  readonly steps: Step[] = [];

  private readonly checkpoints: View[] = [];
  private latest: View = { processes: {}, objects: {} };
  private lines = 0;
  /** Whether its beginning came from another trace. */
  private goesOn = false;

  /** The same up to a step, to go on otherwise from there. */
  static upTo(trace: Trace, step: number): Trace {
    const begun = new Trace();
    begun.steps.push(...trace.steps.slice(0, step));
    const kept = Math.floor(step / CHECKPOINT) + 1;
    begun.checkpoints.push(...trace.checkpoints.slice(0, kept));
    begun.latest = trace.view(step);
    begun.header = trace.header;
    begun.end = step === trace.last ? trace.end : null;
    begun.lines = step;
    begun.goesOn = true;
    return begun;
  }

  /** The same run, told otherwise: each change of the view, and the objects that its end names. */
  mapped(
    change: (view: ViewChange, step: Step | null) => ViewChange,
    nameOf: (object: string) => string,
  ): Trace {
    const other = new Trace();
    other.header = this.header;
    const start: unknown = { step: 0, view: change(this.view(0), null) };
    other.take(start as Record<string, unknown>);
    for (const step of this.steps)
      other.take({ ...step, view: change(step.view, step) });
    other.end = this.end && renamed(this.end, nameOf);
    return other;
  }

  /** The number of the last step that has come. */
  get last(): number {
    return this.steps.length;
  }

  /** Whether there is anything to show. */
  get started(): boolean {
    return this.checkpoints.length > 0;
  }

  /** Takes the next lines; blank ones are passed over. */
  append(lines: Iterable<string>): void {
    for (const line of lines) {
      this.lines += 1;
      if (line.trim() !== "") this.take(this.parse(line));
    }
  }

  /** What step `n` did; nothing for 0. */
  step(n: number): Step | null {
    return this.steps[n - 1] ?? null;
  }

  /** The state after step `n` (clamped to the steps there are). */
  view(n: number): View {
    const wanted = Math.max(0, Math.min(n, this.last));
    const index = Math.floor(wanted / CHECKPOINT);
    const start = this.checkpoints[index];
    if (!start) return this.latest;
    const view = copy(start);
    for (let at = index * CHECKPOINT + 1; at <= wanted; at++) {
      apply(view, this.steps[at - 1]!.view);
    }
    return view;
  }

  private parse(line: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(line);
      if (value !== null && typeof value === "object")
        return value as Record<string, unknown>;
    } catch {
      // Said below, with the line's number.
    }
    throw new TraceError(this.header ? "brokenTrace" : "notTrace", this.lines);
  }

  private take(value: Record<string, unknown>): void {
    if (!this.header || "forktalk" in value) {
      // A header that comes again knows more: the schedule is known only at the end of a run.
      if (value["forktalk"] !== "trace")
        throw new TraceError("notTrace", this.lines);
      if (Number(value["version"]) > FORMAT_VERSION)
        throw new TraceError("newerTrace", this.lines);
      this.header = value as unknown as Header;
    } else if ("end" in value) {
      this.end = value as unknown as End;
    } else if (value["step"] === 0 && this.goesOn) {
      // It says again how it stands where it goes on.
    } else if (value["step"] === 0) {
      apply(this.latest, value["view"] as ViewChange);
      this.checkpoints.push(copy(this.latest));
    } else if (value["step"] === this.last + 1 && this.started) {
      this.steps.push(value as unknown as Step);
      apply(this.latest, (value["view"] ?? {}) as ViewChange);
      if (this.last % CHECKPOINT === 0)
        this.checkpoints.push(copy(this.latest));
    } else {
      throw new TraceError("brokenTrace", this.lines);
    }
  }
}

/** Reads a whole trace; a damaged one up to the damage, if that is enough to show something. */
export function readTrace(text: string): {
  trace: Trace;
  damage: TraceError | null;
} {
  const trace = new Trace();
  try {
    trace.append(text.split("\n"));
  } catch (error) {
    if (!trace.started || !(error instanceof TraceError)) throw error;
    return { trace, damage: error };
  }
  if (!trace.started) throw new TraceError("notTrace", 1);
  return { trace, damage: null };
}

function renamed(end: End, nameOf: (object: string) => string): End {
  if (!end.deadlock) return end;
  const waiters = end.deadlock.waiters.map((waiter) => ({
    ...waiter,
    waits_for: waiter.waits_for.map((each) => ({
      ...each,
      object: nameOf(each.object),
    })),
  }));
  return { ...end, deadlock: { ...end.deadlock, waiters } };
}

function copy(view: View): View {
  return { processes: { ...view.processes }, objects: { ...view.objects } };
}

function apply(view: View, change: ViewChange | undefined): void {
  merge(view.processes, change?.processes);
  merge(view.objects, change?.objects);
}

function merge<T>(
  into: Record<string, T>,
  change: Record<string, T | null> | undefined,
): void {
  if (!change) return;
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete into[key];
    else into[key] = value;
  }
}
