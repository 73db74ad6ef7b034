// What must come before a step, what must come after it, and what does neither: happened-before, by the order of each
// process's own steps and by what passed between processes.
//
// Of each process the past is all its steps up to one of them, and the future all from another one on: two numbers a
// process say it all. The past is found by one walk down from the step, the future by one walk up.

import type { Step } from "../state/format";
import type { Passage } from "./passages";

/** How a step stands to the chosen one. */
export type Relation = "chosen" | "before" | "after" | "concurrent";

/** What precedes and what follows a step, by process. */
export interface Cone {
  step: number;
  /** The last step of each process that must come before; processes without one are not in it. */
  until: ReadonlyMap<number, number>;
  /** The first step of each process that must come after. */
  since: ReadonlyMap<number, number>;
}

/** The past and the future of a step. */
export function coneOf(
  steps: readonly Step[],
  passages: readonly Passage[],
  step: number,
): Cone {
  const arrivals = new Map<number, Passage[]>();
  const departures = new Map<number, Passage[]>();
  for (const passage of passages) {
    if (passage.arrived === null || passage.to === null) continue;
    push(arrivals, passage.arrived, passage);
    push(departures, passage.sent, passage);
  }
  const until = new Map<number, number>();
  const since = new Map<number, number>();
  const chosen = steps[step - 1];
  if (!chosen) return { step, until, since };

  until.set(chosen.pid, step);
  for (let at = step; at >= 1; at--) {
    for (const { from, to, sent } of arrivals.get(at) ?? []) {
      // A fork arrives at the child, though its parent makes the step: so who it arrived at is asked, not who went.
      if (at > (until.get(to!) ?? 0)) continue;
      until.set(from, Math.max(until.get(from) ?? 0, sent));
    }
  }
  since.set(chosen.pid, step);
  for (let at = step; at <= steps.length; at++) {
    for (const { from, to, arrived } of departures.get(at) ?? []) {
      if (at < (since.get(from) ?? Infinity)) continue;
      since.set(to!, Math.min(since.get(to!) ?? Infinity, arrived!));
    }
  }
  return { step, until, since };
}

/** How a step of a process stands to the chosen one. */
export function relationOf(cone: Cone, pid: number, step: number): Relation {
  if (step === cone.step) return "chosen";
  if (step <= (cone.until.get(pid) ?? 0)) return "before";
  if (step >= (cone.since.get(pid) ?? Infinity)) return "after";
  return "concurrent";
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
