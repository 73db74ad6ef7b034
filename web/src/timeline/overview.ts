// The whole run on one strip: what stands out in it, and where. Marks that would fall on the same place are one.

import type { Trace } from "../state/trace";
import { stepToX, type Lane } from "./lanes";

/** What stands out in a run, the most important last: it is drawn over the others. */
export const SIGNS = ["block", "exit", "fork", "kill", "deadlock"] as const;
export type Sign = (typeof SIGNS)[number];

/** A mark on the strip. */
export interface Landmark {
  sign: Sign;
  step: number;
}

/** All marks of a run, by step. */
export function landmarksOf(trace: Trace, lanes: readonly Lane[]): Landmark[] {
  const marks: Landmark[] = lanes.flatMap((lane) => [
    ...lane.marks.map(({ step, kind }) => ({ step, sign: kind as Sign })),
    ...lane.stretches
      .filter(({ state }) => state === "waiting")
      .map(({ from }) => ({ step: from, sign: "block" as const })),
  ]);
  if (trace.end?.end === "deadlock")
    marks.push({ step: trace.last, sign: "deadlock" });
  return marks.sort((a, b) => a.step - b.step);
}

/** Marks closer to each other than this are drawn as the more important of the two. */
const APART = 7;

/** The marks as they are drawn on a strip of this width. */
export function thinned(
  marks: readonly Landmark[],
  last: number,
  width: number,
): (Landmark & { x: number })[] {
  const rank = ({ sign }: Landmark) => SIGNS.indexOf(sign);
  const kept: (Landmark & { x: number })[] = [];
  const byRank = [...marks].sort((a, b) => rank(b) - rank(a));
  const taken = new Set<number>();
  for (const mark of byRank) {
    const x = stepToX(mark.step, last, width);
    const slot = Math.round(x / APART);
    if (taken.has(slot)) continue;
    taken.add(slot);
    kept.push({ ...mark, x });
  }
  return kept.sort((a, b) => a.x - b.x);
}

/** The shape of a mark, from its middle. */
export const SIGN_SHAPES: Record<Sign, string> = {
  block: "M-1.5 -4v8M1.5 -4v8",
  exit: "M-3 -3h6v6h-6z",
  fork: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
  kill: "M-3.5 -3.5l7 7m0 -7l-7 7",
  deadlock: "M-3.5 -6h7v12h-7z",
};
