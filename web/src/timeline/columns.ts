// The columns of the timeline: a step that matters has one of its own, silent steps between two of them share one. What
// matters is the reader's choice, by meaning: who was born, ended and waited; what passed as well; or every step.

import type { Trace } from "../state/trace";
import type { Lane } from "./lanes";
import type { Passage } from "./passages";

/** How much is shown, from the least to the most. */
export const DETAILS = ["turns", "messages", "all"] as const;
export type Detail = (typeof DETAILS)[number];

/** What the horizontal axis counts. */
export type Axis = "steps" | "time";

/** Steps from `from` to `to`, both included: one, or silent ones together. */
export interface Column {
  from: number;
  to: number;
}

/** Virtual time that passes while nobody goes: a stretch between two columns. */
export interface Pause {
  x: number;
  width: number;
  ns: number;
}

/** Where every step stands, in pixels from the left. */
export interface Columns {
  columns: Column[];
  /** The left edge of each column, and of the end. */
  left: Float64Array;
  /** The width of a column. */
  pitch: number;
  pauses: Pause[];
  width: number;
}

/** The narrowest and the widest column. */
const NARROW = 14;
const WIDE = 96;

/** The most pauses that are made wide enough to be read. */
const FEW_PAUSES = 24;
const PAUSE = 46;

/** Steps that stand out at each degree of detail; step 0 does always. */
export function columnsOf(
  trace: Trace,
  lanes: readonly Lane[],
  passages: readonly Passage[],
  detail: Detail,
): Column[] {
  const shown = shownSteps(trace, lanes, passages, detail);
  const columns: Column[] = [];
  let silent = 1;
  columns.push({ from: 0, to: 0 });
  for (let step = 1; step <= trace.last; step++) {
    if (!shown[step]) continue;
    if (silent < step) columns.push({ from: silent, to: step - 1 });
    columns.push({ from: step, to: step });
    silent = step + 1;
  }
  if (silent <= trace.last) columns.push({ from: silent, to: trace.last });
  return columns;
}

function shownSteps(
  trace: Trace,
  lanes: readonly Lane[],
  passages: readonly Passage[],
  detail: Detail,
): Uint8Array {
  const shown = new Uint8Array(trace.last + 1);
  if (detail === "all") return shown.fill(1);
  for (const { marks, stretches } of lanes) {
    for (const { step } of marks) shown[step] = 1;
    for (const { from, state } of stretches)
      if (state === "waiting") shown[from] = 1;
  }
  for (const { step, choice } of trace.steps)
    if (choice !== "go") shown[step] = 1;
  if (trace.end) shown[trace.last] = 1;
  if (detail === "messages")
    for (const { sent, arrived } of passages) {
      shown[sent] = 1;
      if (arrived !== null) shown[arrived] = 1;
    }
  return shown;
}

/** Gives columns their places: as wide as the view allows, from narrow to wide. */
export function placed(
  columns: Column[],
  trace: Trace,
  axis: Axis,
  view: number,
): Columns {
  const pauses = axis === "time" ? pausesOf(columns, trace, view) : [];
  const paused = pauses.reduce((sum, { width }) => sum + width, 0);
  const room = (view - paused) / Math.max(columns.length, 1);
  const pitch = Math.max(NARROW, Math.min(WIDE, room));
  const left = new Float64Array(columns.length + 1);
  let x = 0;
  let next = 0;
  for (let index = 0; index < columns.length; index++) {
    const pause = pauses[next];
    if (pause?.before === index) {
      pause.x = x;
      x += pause.width;
      next += 1;
    }
    left[index] = x;
    x += pitch;
  }
  left[columns.length] = x;
  return { columns, left, pitch, pauses, width: x };
}

/** The pauses in front of columns: together half of the view at most, each as long as its time. */
function pausesOf(
  columns: Column[],
  trace: Trace,
  view: number,
): (Pause & { before: number })[] {
  const pauses: (Pause & { before: number })[] = [];
  const total = trace.steps.at(-1)?.now_ns ?? 0;
  let now = 0;
  for (const [before, { to }] of columns.entries()) {
    const then = trace.step(to)?.now_ns ?? now;
    const ns = then - now;
    now = then;
    if (ns > 0) pauses.push({ before, x: 0, width: 0, ns });
  }
  const least = pauses.length <= FEW_PAUSES ? PAUSE : 0;
  for (const pause of pauses)
    pause.width = Math.max(least, (pause.ns / total) * (view / 2));
  return pauses;
}

/** The column that a step is in. */
export function columnAt(columns: readonly Column[], step: number): number {
  let low = 0;
  let high = columns.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]!.to >= step) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The place of a step: the middle of its own column, or its share of one that silent steps have together. */
export function xOf(placed: Columns, step: number): number {
  const index = columnAt(placed.columns, step);
  const column = placed.columns[index];
  if (!column) return 0;
  const steps = column.to - column.from + 1;
  const share = (Math.min(step, column.to) - column.from + 0.5) / steps;
  return placed.left[index]! + share * placed.pitch;
}

/** The column at a place. */
export function columnOver(placed: Columns, x: number): number {
  let low = 0;
  let high = placed.columns.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (placed.left[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The step at a place. */
export function stepOver(placed: Columns, x: number): number {
  const index = columnOver(placed, x);
  const { from, to } = placed.columns[index] ?? { from: 0, to: 0 };
  const share = (x - placed.left[index]!) / placed.pitch;
  const step = from + Math.floor(share * (to - from + 1));
  return Math.max(from, Math.min(to, step));
}

/** The finest detail at which a run fits into the view; the coarsest if none does. */
export function fittingDetail(
  trace: Trace,
  lanes: readonly Lane[],
  passages: readonly Passage[],
  view: number,
): Detail {
  for (const detail of [...DETAILS].reverse()) {
    const { length } = columnsOf(trace, lanes, passages, detail);
    if (length * NARROW <= view) return detail;
  }
  return DETAILS[0];
}
