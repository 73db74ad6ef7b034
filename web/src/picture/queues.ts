// Queues as the picture shows them. To the kernel a queue is shared memory and a pipe or more that wake who waits there; to
// people it is one thing, into which items are put and out of which they are got. Here those pipes become that thing, and
// a process's descriptors of them one line to it: left if it ever puts, right if it only gets.

import type {
  Awaited,
  Descriptor,
  Message,
  Process,
  QueueView,
  Step,
  Stream,
  Thing,
  ViewChange,
} from "../state/format";
import type { Trace } from "../state/trace";

/** Of a long queue so many items are drawn at most. */
const MOST_ITEMS = 60;

/** A pipe by which a queue wakes those who wait. */
interface Bell {
  queue: string;
  bell: Awaited;
}

/** What is known of a whole run's queues. */
interface Queues {
  /** The pipes that belong to queues, by name. */
  bells: ReadonlyMap<string, Bell>;
  /** Who ever puts into a queue, and who gets: see `user`. */
  putters: ReadonlySet<string>;
  getters: ReadonlySet<string>;
}

const known = new WeakMap<Trace, { last: number; drawn: Trace }>();

/** The run as it is drawn; the beginning of a run that is on its way has its lines where those of the other are. */
export function drawnOf(trace: Trace, like: Trace = trace): Trace {
  const before = known.get(trace);
  if (before?.last === trace.last) return before.drawn;
  const queues = queuesIn([trace, like]);
  const drawer = new Drawer(queues);
  const drawn =
    queues.bells.size === 0
      ? trace
      : trace.mapped(
          (change, step) => drawer.change(change, step),
          (object) => drawer.nameOf(object),
        );
  known.set(trace, { last: trace.last, drawn });
  return drawn;
}

function user(pid: number, queue: string): string {
  return `${pid} ${queue}`;
}

function queuesIn(traces: readonly Trace[]): Queues {
  const bells = new Map<string, Bell>();
  const putters = new Set<string>();
  const getters = new Set<string>();
  for (const { steps } of traces) {
    const counts = new Map<string, QueueView>();
    for (const { pid, view } of steps) {
      for (const thing of Object.values(view.objects ?? {}))
        if (thing?.queue)
          bells.set(thing.name, {
            queue: thing.queue.name,
            bell: thing.queue.part.bell,
          });
      for (const [name, now] of Object.entries(view.queues ?? {})) {
        if (!now) continue;
        const old = counts.get(name);
        if (counted(old?.put ?? 0, now.put) > 0) putters.add(user(pid, name));
        if (counted(old?.got ?? 0, now.got) > 0) getters.add(user(pid, name));
        counts.set(name, now);
      }
    }
  }
  return { bells, putters, getters };
}

/** How far a count went, which wraps at 32 bits; one that went back did not go at all. */
export function counted(old: number, now: number): number {
  const steps = (now - old) >>> 0;
  return steps > 0x7fff_ffff ? 0 : steps;
}

/** Draws a run's changes, one after the other. */
class Drawer {
  private readonly pipes = new Map<string, Thing>();
  private readonly views = new Map<string, QueueView>();
  /** The items that lie in each queue, by who put them and when. */
  private readonly items = new Map<string, Message[]>();

  private readonly first = new Map<
    string,
    Pick<Descriptor, "fd" | "made_at">
  >();

  constructor(private readonly queues: Queues) {}

  /** What an object is called in the picture. */
  nameOf(object: string): string {
    const bell = this.queues.bells.get(object);
    return bell ? keyOf(bell.queue) : object;
  }

  change(change: ViewChange, step: Step | null): ViewChange {
    const touched = new Set<string>();
    const objects: Record<string, Thing | null> = {};
    for (const [name, thing] of Object.entries(change.objects ?? {})) {
      const bell = this.queues.bells.get(name);
      if (!bell) objects[name] = thing;
      else {
        touched.add(bell.queue);
        if (thing) this.pipes.set(name, thing);
        else this.pipes.delete(name);
      }
    }
    for (const [name, view] of Object.entries(change.queues ?? {})) {
      touched.add(name);
      this.follow(name, view, step);
    }
    for (const queue of touched) {
      const thing = this.thing(queue);
      objects[keyOf(queue)] = thing;
    }
    return { processes: this.processes(change.processes), objects };
  }

  private follow(name: string, now: QueueView | null, step: Step | null): void {
    const old = this.views.get(name);
    if (!now) {
      this.items.delete(name);
      return;
    }
    this.views.set(name, now);
    const items = [...(this.items.get(name) ?? [])];
    const item = { from: step?.pid ?? 0, step: step?.step ?? 0 };
    for (let left = counted(old?.put ?? 0, now.put); left > 0; left--)
      items.push({ ...item, bytes: 1, unread: 1, text: "" });
    items.splice(0, counted(old?.got ?? 0, now.got));
    this.items.set(name, items);
  }

  /** The queue as a thing with one direction; nothing once nobody holds it. */
  private thing(queue: string): Thing | null {
    const pipes = [...this.pipes.values()].filter(
      ({ name }) => this.queues.bells.get(name)!.queue === queue,
    );
    if (pipes.length === 0) return null;
    const view = this.views.get(queue);
    const items = this.items.get(queue) ?? [];
    const holders = pipes.flatMap(({ streams }) =>
      streams.flatMap(({ readers, writers }) => [...readers, ...writers]),
    );
    const stream: Stream = {
      capacity: view?.bound ?? 0,
      bytes: items.length,
      messages: items.slice(0, MOST_ITEMS),
      writers: holders,
      readers: holders,
      ...this.waiters(pipes, view),
    };
    const closed = view?.closed ?? false;
    return { name: keyOf(queue), kind: "queue", streams: [stream], closed };
  }

  /** Who waits for an item, on the right, and who for room, on the left. */
  private waiters(
    pipes: readonly Thing[],
    view: QueueView | undefined,
  ): Pick<Stream, "waiting_readers" | "waiting_writers"> {
    const right = new Set<number>();
    const left = new Set<number>();
    const full = view?.bound !== undefined && view.items > 0;
    for (const pid of view?.waiting ?? []) (full ? left : right).add(pid);
    for (const { name, streams } of pipes) {
      const { bell } = this.queues.bells.get(name)!;
      for (const pid of streams[0]?.waiting_readers ?? [])
        (bell === "item" ? right : left).add(pid);
    }
    return { waiting_readers: [...right], waiting_writers: [...left] };
  }

  private processes(
    processes: ViewChange["processes"],
  ): Record<string, Process | null> {
    const drawn: Record<string, Process | null> = {};
    for (const [pid, process] of Object.entries(processes ?? {}))
      drawn[pid] = process && {
        ...process,
        descriptors: this.descriptors(process),
      };
    return drawn;
  }

  private descriptors({ pid, descriptors }: Process): Descriptor[] {
    const lines = new Map<string, Descriptor>();
    for (const each of descriptors) {
      const bell = this.queues.bells.get(each.object);
      const key = bell ? keyOf(bell.queue) : `fd ${each.fd}`;
      const line = lines.get(key);
      if (line) line.fds!.push(each.fd);
      else if (!bell) lines.set(key, each);
      else lines.set(key, this.line(pid, bell.queue, each));
    }
    return [...lines.values()];
  }

  /** The line keeps its place while its descriptors are closed one after the other: that of the first. */
  private line(pid: number, queue: string, first: Descriptor): Descriptor {
    const { fd, made_at } = this.first.get(user(pid, queue)) ?? first;
    this.first.set(user(pid, queue), { fd, made_at });
    return {
      ...first,
      fd,
      made_at,
      object: keyOf(queue),
      role: this.roleOf(pid, queue),
      side: 0,
      fds: [first.fd],
    };
  }

  private roleOf(pid: number, queue: string): Descriptor["role"] {
    const puts = this.queues.putters.has(user(pid, queue));
    const gets = this.queues.getters.has(user(pid, queue));
    return puts === gets ? "both" : puts ? "writes" : "reads";
  }
}

/** Queues have letters of their own: the name tells a queue A from a pipe A. */
function keyOf(queue: string): string {
  return `queue ${queue}`;
}

/** The letter of a thing, as it stands in the picture. */
export function letterOf(name: string): string {
  return name.replace(/^queue /, "");
}
