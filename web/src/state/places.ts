// Where each process was last seen in a source: some calls, such as printing, do not tell their line.

import type { Trace } from "./trace";

/** A line of a source at which a process stood, from a step on. */
export interface Place {
  step: number;
  file: string;
  line: number;
}

/** All places of all processes of a run, by pid, in order. */
export type Places = ReadonlyMap<number, Place[]>;

/** Collects the places of a run. */
export function placesOf(trace: Trace): Places {
  const places = new Map<number, Place[]>();
  const start = { step: 0, view: trace.view(0) };
  for (const { step, view } of [start, ...trace.steps]) {
    for (const process of Object.values(view.processes ?? {})) {
      if (!process?.file || !process.line) continue;
      const { pid, file, line } = process;
      const known = places.get(pid);
      if (known) known.push({ step, file, line });
      else places.set(pid, [{ step, file, line }]);
    }
  }
  return places;
}

/** Where a process was last seen up to a step. */
export function lastPlace(
  places: Places,
  pid: number,
  step: number,
): Place | null {
  const known = places.get(pid) ?? [];
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return known[low - 1] ?? null;
}
