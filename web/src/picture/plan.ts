// Who stands where, for a whole run: the places that cards, tubes and plugs keep from their first step to their last.
//
// The plan is made from all steps of a trace and is the same at each of them, so nothing moves when something else
// is born or closed. Places are handed out in order of birth. A place is used again only by what comes after its
// holder is gone: a joined process once the picture is crowded, a pipe once nobody holds it.

import type { Descriptor, Process, Thing, View } from "../state/format";
import { isDrawn, wireKey } from "../state/moment";
import type { Trace } from "../state/trace";

/** Where the line from a descriptor leaves its card and enters its tube. */
export type Side = "left" | "right";

/** Places for cards that are never used again while there are no more than these. */
const ROOMY = 6;

/** What one place in the grid of cards must have room for. */
export interface CardPlace {
  /** Rows of the longest descriptor table that ever stands here. */
  rows: number;
  /** Rows from which lines ever leave, by side; in ascending order once the plan is made. */
  left: number[];
  right: number[];
}

/** What one place in the stack of tubes must have room for. */
export interface TubePlace {
  /** Directions: 1 for a pipe, 2 for a channel. */
  lanes: number;
  /** Lines that ever enter at once, by side. */
  left: number;
  right: number;
}

/** Where everything of a run stands. */
export interface Plan {
  cards: CardPlace[];
  tubes: TubePlace[];
  /** The place of each process, by pid. */
  cardOf: ReadonlyMap<number, number>;
  /** The place of each pipe or channel, by name. */
  tubeOf: ReadonlyMap<string, number>;
  /** The plug of each line, counted from the tube's end inwards, by wire key. */
  plugOf: ReadonlyMap<string, number>;
  /** Every number that a process ever uses for a drawn descriptor, ascending: its rows. */
  rowsOf: ReadonlyMap<number, number[]>;
  /** The step at which a process first had a number open, by pid and number: it is "closed" only after that. */
  openedAt: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/** The side of a descriptor: writers left, readers right; a channel's first end left, its second right. */
export function sideOf(descriptor: Descriptor): Side {
  if (descriptor.role === "both")
    return descriptor.side === 0 ? "left" : "right";
  return descriptor.role === "writes" ? "left" : "right";
}

/** Whether a descriptor has a line to a tube. */
export function isWired(descriptor: Descriptor): boolean {
  return isDrawn(descriptor) && descriptor.role !== "watches";
}

/** Plans a whole run. */
export function planOf(trace: Trace): Plan {
  const planner = new Planner();
  if (trace.started) planner.follow(trace);
  return planner.finish();
}

/** Whether all that a view draws has a place in a plan. */
export function isPlanned(view: View, plan: Plan): boolean {
  const tubes = Object.values(view.objects).filter(
    ({ kind }) => kind !== "process",
  );
  if (!tubes.every(({ name }) => plan.tubeOf.has(name))) return false;
  return Object.values(view.processes).every(({ pid, descriptors }) => {
    if (!plan.cardOf.has(pid)) return false;
    const rows = plan.rowsOf.get(pid) ?? [];
    return descriptors
      .filter(isDrawn)
      .every(
        (each) =>
          rows.includes(each.fd) &&
          (!isWired(each) || plan.plugOf.has(wireKey(pid, each))),
      );
  });
}

class Planner {
  private readonly cardOf = new Map<number, number>();
  private readonly tubeOf = new Map<string, number>();
  private readonly plugOf = new Map<string, number>();
  /** Descriptor numbers by pid, each with the step of its first opening. */
  private readonly numbers = new Map<number, Map<number, number>>();
  /** Row sides by pid: descriptor number → sides that it ever had. */
  private readonly sides = new Map<number, Map<number, Set<Side>>>();
  /** By place: the pid that stands there, and the step at which it was joined. */
  private readonly occupants: { pid: number; freeSince: number | null }[] = [];
  private readonly tubes: TubePlace[] = [];
  private readonly tubeTaken: (string | null)[] = [];
  /** Plugs in use by tube and side. */
  private readonly plugs: Record<Side, boolean[]>[] = [];
  /** Lines in use, by pid. */
  private readonly wires = new Map<number, Map<string, Descriptor>>();

  follow(trace: Trace): void {
    const first = trace.view(0);
    this.take(0, first.processes, first.objects);
    for (const step of trace.steps)
      this.take(step.step, step.view.processes, step.view.objects);
  }

  finish(): Plan {
    const cards: CardPlace[] = this.occupants.map(() => ({
      rows: 0,
      left: [],
      right: [],
    }));
    const rowsOf = new Map<number, number[]>();
    for (const [pid, numbers] of this.numbers) {
      const rows = [...numbers.keys()].sort((a, b) => a - b);
      rowsOf.set(pid, rows);
      const place = cards[this.cardOf.get(pid)!]!;
      place.rows = Math.max(place.rows, rows.length);
      for (const side of ["left", "right"] as const) {
        const used = rows.flatMap((fd, row) =>
          this.sides.get(pid)?.get(fd)?.has(side) ? [row] : [],
        );
        place[side] = [...new Set([...place[side], ...used])].sort(
          (a, b) => a - b,
        );
      }
    }
    return {
      cards,
      tubes: this.tubes,
      cardOf: this.cardOf,
      tubeOf: this.tubeOf,
      plugOf: this.plugOf,
      rowsOf,
      openedAt: this.numbers,
    };
  }

  private take(
    step: number,
    processes: Record<string, Process | null> = {},
    objects: Record<string, Thing | null> = {},
  ): void {
    for (const thing of Object.values(objects))
      if (thing && thing.kind !== "process") this.placeTube(thing);
    for (const [pid, process] of Object.entries(processes)) {
      if (process && !this.cardOf.has(process.pid)) this.placeCard(process);
      if (process === null || process.state === "reaped")
        this.leaveCard(Number(pid), step);
      this.unplug(Number(pid), process?.descriptors ?? []);
    }
    for (const process of Object.values(processes))
      if (process) this.plugIn(process, step);
    for (const [name, thing] of Object.entries(objects))
      if (thing === null) this.leaveTube(name);
  }

  private placeCard(process: Process): void {
    let place = this.occupants.length;
    if (place >= ROOMY) {
      let oldest = Infinity;
      this.occupants.forEach(({ freeSince }, index) => {
        if (freeSince !== null && freeSince < oldest) {
          oldest = freeSince;
          place = index;
        }
      });
    }
    this.occupants[place] = { pid: process.pid, freeSince: null };
    this.cardOf.set(process.pid, place);
  }

  private leaveCard(pid: number, step: number): void {
    const place = this.cardOf.get(pid);
    const occupant = place === undefined ? undefined : this.occupants[place];
    if (occupant?.pid === pid) occupant.freeSince ??= step;
  }

  private placeTube(thing: Thing): void {
    let place = this.tubeOf.get(thing.name);
    if (place === undefined) {
      place = this.tubeTaken.indexOf(null);
      if (place < 0) place = this.tubeTaken.length;
      this.tubeTaken[place] = thing.name;
      this.tubeOf.set(thing.name, place);
      this.tubes[place] ??= { lanes: 1, left: 1, right: 1 };
      this.plugs[place] = { left: [], right: [] };
    }
    const tube = this.tubes[place]!;
    tube.lanes = Math.max(tube.lanes, thing.streams.length);
  }

  private leaveTube(name: string): void {
    const place = this.tubeOf.get(name);
    if (place !== undefined && this.tubeTaken[place] === name)
      this.tubeTaken[place] = null;
  }

  /** Frees the plugs of the lines that a process no longer has. */
  private unplug(pid: number, descriptors: Descriptor[]): void {
    const wires = this.wires.get(pid);
    if (!wires) return;
    const kept = new Set(descriptors.map((each) => wireKey(pid, each)));
    for (const [key, descriptor] of wires) {
      if (kept.has(key)) continue;
      wires.delete(key);
      const place = this.tubeOf.get(descriptor.object);
      const plug = this.plugOf.get(key);
      if (place !== undefined && plug !== undefined)
        this.plugs[place]![sideOf(descriptor)][plug] = false;
    }
  }

  private plugIn(process: Process, step: number): void {
    const pid = process.pid;
    for (const descriptor of process.descriptors) {
      if (!isDrawn(descriptor)) continue;
      const numbers = upsert(this.numbers, pid, () => new Map());
      upsert(numbers, descriptor.fd, () => step);
      if (!isWired(descriptor)) continue;
      const place = this.tubeOf.get(descriptor.object);
      if (place === undefined) continue;
      const side = sideOf(descriptor);
      const sides = upsert(this.sides, pid, () => new Map());
      upsert(sides, descriptor.fd, () => new Set()).add(side);
      const wires = upsert(this.wires, pid, () => new Map());
      const key = wireKey(pid, descriptor);
      if (wires.has(key)) continue;
      wires.set(key, descriptor);
      const plugs = this.plugs[place]![side];
      let plug = plugs.indexOf(false);
      if (plug < 0) plug = plugs.length;
      plugs[plug] = true;
      this.plugOf.set(key, plug);
      const tube = this.tubes[place]!;
      tube[side] = Math.max(tube[side], plugs.length);
    }
  }
}

function upsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
