// Two runs side by side: what they share, where they part, and how each goes on.

import type { Step } from "../state/format";
import type { Branch } from "../steer/branches";

/** A row: a step of each run, or of only one that is the longer. */
export interface Row {
  step: number;
  left: Step | null;
  right: Step | null;
  /** Where they part. */
  parts: boolean;
}

/** How the runs lie side by side. */
export interface Comparison {
  /** How many steps they share. */
  shared: number;
  rows: Row[];
  /** How many steps of each come after the rows. */
  more: [number, number];
}

/** So many steps are shown before the runs part, and after. */
const BEFORE = 3;
const AFTER = 24;

/** Lays two runs side by side. */
export function compared(left: Branch, right: Branch): Comparison {
  const shared = left.helm.sharedWith(right.helm);
  const longest = Math.max(left.trace.last, right.trace.last);
  const from = Math.max(1, shared + 1 - BEFORE);
  const to = Math.min(longest, shared + AFTER);
  const rows: Row[] = [];
  for (let step = from; step <= to; step += 1)
    rows.push({
      step,
      left: left.trace.step(step),
      right: right.trace.step(step),
      parts: step === shared + 1,
    });
  const beyond = ({ trace }: Branch) => Math.max(0, trace.last - to);
  return { shared, rows, more: [beyond(left), beyond(right)] };
}

/** What a run prints, whole. */
export function printedIn({ trace }: Branch): string {
  return trace.steps.map(({ output }) => output?.text ?? "").join("");
}
