// Why a process waits, link by link: what it waits for, who stands in its way, since when, and until when.

import type { Process, Stream, View } from "../state/format";
import { isOver, wireKey } from "../state/moment";
import type { Trace } from "../state/trace";

/** An end that somebody holds, which keeps another waiting. */
export interface Held {
  process: Process;
  fd: number;
  /** The step at which it came to hold it, and whether by a fork. */
  since: number;
  fork: boolean;
  /** The step at which it lets go of it in this run; nothing: never. */
  until: number | null;
}

/** A process that waits. */
export interface Link {
  process: Process;
  /** The pipe or channel that it waits at. */
  object: string | null;
  /** Whether it waits for something to read, and not for room. */
  reads: boolean;
  held: Held[];
  /** Those in its way who wait themselves, or whom it waits for to end. */
  next: Link[];
  /** Whether it stood in the chain before: a circle. */
  again: boolean;
}

/** Longer chains are not read to the end. */
const DEEPEST = 6;

/** The chain of a process that waits, after so many steps of a run. */
export function chainOf(pid: number, trace: Trace, step: number): Link | null {
  const view = trace.view(step);
  return linkOf(pid, view, { trace, step }, []);
}

function linkOf(
  pid: number,
  view: View,
  at: { trace: Trace; step: number },
  above: number[],
): Link | null {
  const process = view.processes[pid];
  if (process?.state !== "waiting") return null;
  const place = placeOf(pid, view);
  const held = place ? heldAt(place, view, at) : [];
  const again = above.includes(pid);
  const blockers = new Set(held.map(({ process }) => process.pid));
  if (process.call?.name === "wait" && process.call.pid !== undefined)
    blockers.add(process.call.pid);
  blockers.delete(pid);
  const next =
    again || above.length >= DEEPEST
      ? []
      : [...blockers].flatMap((each) => {
          const link = linkOf(each, view, at, [...above, pid]);
          return link ? [link] : [];
        });
  return {
    process,
    object: place?.object ?? null,
    reads: place?.reads ?? true,
    held,
    next,
    again,
  };
}

/** Where a process waits. */
interface Place {
  object: string;
  stream: Stream;
  reads: boolean;
}

function placeOf(pid: number, view: View): Place | null {
  for (const { name, streams } of Object.values(view.objects))
    for (const stream of streams) {
      if (stream.waiting_readers.includes(pid))
        return { object: name, stream, reads: true };
      if (stream.waiting_writers.includes(pid))
        return { object: name, stream, reads: false };
    }
  return null;
}

/** Who holds the ends that matter: a reader goes on when the last writer closes, a writer when a reader reads. */
function heldAt(
  { object, stream, reads }: Place,
  view: View,
  { trace, step }: { trace: Trace; step: number },
): Held[] {
  const holders = reads ? stream.writers : stream.readers;
  return holders.flatMap(({ pid, fd }) => {
    const process = view.processes[pid];
    const descriptor = process?.descriptors.find(
      (each) => each.fd === fd && each.object === object,
    );
    if (!process || !descriptor) return [];
    const key = wireKey(pid, descriptor);
    return [
      {
        process,
        fd,
        since: descriptor.inherited_at ?? descriptor.made_at,
        fork: descriptor.inherited_at !== null,
        until: closedAt(pid, key, trace, step),
      },
    ];
  });
}

/** The step at which a process lets go of a descriptor. */
function closedAt(
  pid: number,
  key: string,
  trace: Trace,
  after: number,
): number | null {
  for (let at = after + 1; at <= trace.last; at += 1) {
    const change = trace.step(at)?.view.processes?.[pid];
    if (change === undefined) continue;
    if (change === null || isOver(change)) return at;
    if (!change.descriptors.some((each) => wireKey(pid, each) === key))
      return at;
  }
  return null;
}
