// Which processes stand at which line of a program's source.

import type { View } from "../state/format";
import { isOver, processesOf } from "../state/moment";
import { lastPlace, type Places } from "../state/places";

/** A process at a line: it stands there, or was last seen there. */
export interface Standing {
  pid: number;
  exact: boolean;
}

/** Whether a position's file is the source of a program: `…/pipe/forgotten_close.rs`. */
export function isSourceOf(file: string | null, program: string): boolean {
  return file !== null && `/${file}`.endsWith(`/${program}.rs`);
}

/** The living processes at each line of the program. */
export function standingAt(
  view: View,
  step: number,
  places: Places,
  program: string,
): Map<number, Standing[]> {
  const standing = new Map<number, Standing[]>();
  for (const process of processesOf(view)) {
    if (isOver(process)) continue;
    const place = lastPlace(places, process.pid, step);
    if (!place || !isSourceOf(place.file, program)) continue;
    const exact = process.line === place.line && process.file === place.file;
    standing.set(place.line, [
      ...(standing.get(place.line) ?? []),
      { pid: process.pid, exact },
    ]);
  }
  return standing;
}
