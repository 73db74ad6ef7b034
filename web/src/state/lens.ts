// How the timeline is looked at, as far as the visitor chose it. Only what was chosen is in the address.

import { DETAILS, type Detail } from "../timeline/columns";

/** What a visitor chose. Lanes are named by the process that is first on them. */
export interface Lens {
  /** Nothing: the finest detail that fits. */
  detail: Detail | null;
  /** Whether the axis counts time, and not steps. */
  time: boolean;
  /** Whether what precedes and what follows the step is shaded. */
  shading: boolean;
  /** Lanes that are left out, and those that stand above the others. */
  hidden: readonly number[];
  pinned: readonly number[];
}

/** Nothing was chosen. */
export const NO_LENS: Lens = {
  detail: null,
  time: false,
  shading: false,
  hidden: [],
  pinned: [],
};

/** Reads it from the fields of an address. */
export function readLens(fields: URLSearchParams): Lens {
  return {
    detail: DETAILS.find((each) => each === fields.get("zoom")) ?? null,
    time: fields.get("axis") === "time",
    shading: fields.get("shade") === "1",
    hidden: readPids(fields.get("hide")),
    pinned: readPids(fields.get("pin")),
  };
}

/** The fields of an address; the inverse of `readLens`. */
export function lensFields(lens: Lens): [string, string][] {
  const fields: [string, string | false | null][] = [
    ["zoom", lens.detail],
    ["axis", lens.time && "time"],
    ["shade", lens.shading && "1"],
    ["hide", lens.hidden.join(".")],
    ["pin", lens.pinned.join(".")],
  ];
  return fields.flatMap(([name, value]) => (value ? [[name, value]] : []));
}

/** With this lane among them, or without it if it was. */
export function toggled(
  lanes: readonly number[],
  pid: number,
): readonly number[] {
  return lanes.includes(pid)
    ? lanes.filter((each) => each !== pid)
    : [...lanes, pid].sort((a, b) => a - b);
}

/** The lanes that are shown, the pinned ones first: never none. */
export function lanesInSight<T extends { members: { pid: number }[] }>(
  lanes: readonly T[],
  { hidden, pinned }: Lens,
): T[] {
  const isIn = (pids: readonly number[]) => (lane: T) =>
    pids.includes(lane.members[0]!.pid);
  const shown = lanes.filter((lane) => !isIn(hidden)(lane));
  const all = shown.length > 0 ? shown : lanes;
  return [
    ...all.filter(isIn(pinned)),
    ...all.filter((lane) => !isIn(pinned)(lane)),
  ];
}

function readPids(text: string | null): number[] {
  const pids = (text ?? "").split(".").filter((part) => /^\d{1,6}$/.test(part));
  return [...new Set(pids.map(Number))].sort((a, b) => a - b);
}
