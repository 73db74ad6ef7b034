// Which processes stand at which line of a program's source.

import { isOver, processesOf } from "../state/moment";
import type { View } from "../state/format";

/** Whether a position's file is the source of a program: `…/pipe/forgotten_close.rs`. */
export function isSourceOf(file: string | null, program: string): boolean {
  return file !== null && `/${file}`.endsWith(`/${program}.rs`);
}

/** The pids of the living processes at each line of the program. */
export function standingAt(view: View, program: string): Map<number, number[]> {
  const standing = new Map<number, number[]>();
  for (const process of processesOf(view)) {
    if (isOver(process) || process.line === null) continue;
    if (!isSourceOf(process.file, program)) continue;
    standing.set(process.line, [
      ...(standing.get(process.line) ?? []),
      process.pid,
    ]);
  }
  return standing;
}
