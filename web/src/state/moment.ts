// One moment of a run: what the picture, the caption and the lists show together, and what this step changed.

import type {
  Call,
  Descriptor,
  End,
  Process,
  Step,
  Thing,
  View,
  Waiter,
} from "./format";
import type { Trace } from "./trace";

/** Everything that is shown of one step. */
export interface Moment {
  /** The step's number; 0 is before the first. */
  number: number;
  /** What happened, or nothing at step 0. */
  step: Step | null;
  view: View;
  /** Processes that this step changed, by pid. */
  changedProcesses: ReadonlySet<number>;
  /** Objects that this step changed, made or ended, by name. */
  changedObjects: ReadonlySet<string>;
  /** Descriptors that this step opened: see `wireKey`. */
  opened: ReadonlySet<string>;
  /** How the run ended, if this is its last step. */
  end: End | null;
  /** Wires and objects that hold a deadlock together, if this is its last step. */
  trouble: Trouble;
}

/** What is drawn as the cause of a deadlock. */
export interface Trouble {
  wires: ReadonlySet<string>;
  objects: ReadonlySet<string>;
  pids: ReadonlySet<number>;
}

const NO_TROUBLE: Trouble = {
  wires: new Set(),
  objects: new Set(),
  pids: new Set(),
};

/** Names one descriptor for as long as it is open: a number used again is another descriptor. */
export function wireKey(pid: number, descriptor: Descriptor): string {
  return `${pid}:${descriptor.fd}:${descriptor.object}:${descriptor.made_at}`;
}

/** Whether a descriptor leads to something that is drawn: not to the terminal. */
export function isDrawn(descriptor: Descriptor): boolean {
  return !["stdin", "stdout", "stderr"].includes(descriptor.object);
}

/** The moment at step `number`. */
export function momentAt(trace: Trace, number: number): Moment {
  const at = Math.max(0, Math.min(number, trace.last));
  const view = trace.view(at);
  const step = trace.step(at);
  const end = at === trace.last ? trace.end : null;
  return {
    number: at,
    step,
    view,
    changedProcesses: new Set(
      Object.keys(step?.view.processes ?? {}).map(Number),
    ),
    changedObjects: new Set(Object.keys(step?.view.objects ?? {})),
    opened: step ? openedBy(step, trace.view(at - 1)) : new Set(),
    end,
    trouble: end ? troubleIn(end, view) : NO_TROUBLE,
  };
}

function openedBy(step: Step, before: View): Set<string> {
  const opened = new Set<string>();
  for (const [pid, process] of Object.entries(step.view.processes ?? {})) {
    if (!process) continue;
    const had = new Set(
      (before.processes[pid]?.descriptors ?? []).map((descriptor) =>
        wireKey(process.pid, descriptor),
      ),
    );
    for (const descriptor of process.descriptors.filter(isDrawn)) {
      const key = wireKey(process.pid, descriptor);
      if (!had.has(key)) opened.add(key);
    }
  }
  return opened;
}

/** The wires and objects of the circle; of all who cannot go on if the trace names no circle. */
function troubleIn(end: End, view: View): Trouble {
  if (!end.deadlock) return NO_TROUBLE;
  const pids = new Set(
    end.deadlock.cycle.length > 0
      ? end.deadlock.cycle
      : [...end.deadlock.waiters, ...(end.deadlock.stopped ?? [])].map(
          ({ pid }) => pid,
        ),
  );
  const wires = new Set<string>();
  // Who waits in line at a queue names no object.
  const objects = new Set(
    Object.values(view.objects)
      .filter(({ kind, streams }) =>
        streams.some(
          (stream) =>
            kind === "queue" &&
            [...stream.waiting_readers, ...stream.waiting_writers].some((pid) =>
              pids.has(pid),
            ),
        ),
      )
      .map(({ name }) => name),
  );
  for (const waiter of end.deadlock.waiters) {
    if (pids.has(waiter.pid)) markWaiter(waiter, view, pids, wires, objects);
  }
  return { wires, objects, pids };
}

function markWaiter(
  waiter: Waiter,
  view: View,
  pids: ReadonlySet<number>,
  wires: Set<string>,
  objects: Set<string>,
): void {
  const process = view.processes[waiter.pid];
  for (const { object, holders } of waiter.waits_for) {
    if (!view.objects[object]) continue;
    objects.add(object);
    for (const descriptor of process?.descriptors ?? []) {
      if (
        descriptor.object === object &&
        numbersOf(descriptor).some((fd) => isAbout(process?.call ?? null, fd))
      )
        wires.add(wireKey(waiter.pid, descriptor));
    }
    for (const holder of holders) {
      if (!pids.has(holder.pid)) continue;
      for (const descriptor of view.processes[holder.pid]?.descriptors ?? []) {
        const isHeld = numbersOf(descriptor).some((fd) => fd === holder.fd);
        if (isHeld && descriptor.object === object)
          wires.add(wireKey(holder.pid, descriptor));
      }
    }
  }
}

/** A step at which an end came to be held that somebody waits to see closed or used. */
export interface Origin {
  step: number;
  /** By a fork, and not by making the pipe. */
  fork: boolean;
}

/** Where the ends that a process waits for came from, each step once. */
export function originsOf(waiter: Waiter): Origin[] {
  const origins = new Map<number, Origin>();
  for (const { holders } of waiter.waits_for)
    for (const { fd, inherited_at, made_at } of holders) {
      const step = inherited_at ?? made_at;
      if (fd !== null) origins.set(step, { step, fork: inherited_at !== null });
    }
  return [...origins.values()].sort((a, b) => a.step - b.step);
}

/** Whether a call names a descriptor. */
function isAbout(call: Call | null, fd: number): boolean {
  return (
    call?.fd === fd || (call?.watches ?? []).some((watch) => watch.fd === fd)
  );
}

/** The processes of a view, in order of their pids. */
export function processesOf(view: View): Process[] {
  return Object.values(view.processes).sort((a, b) => a.pid - b.pid);
}

/** The processes that have not ended, by number. */
export function livingPids({ view }: Moment): number[] {
  return processesOf(view)
    .filter((process) => !isOver(process))
    .map(({ pid }) => pid);
}

/** The objects of a view, in order of their making: A … Z, AA … */
export function objectsOf(view: View): Thing[] {
  return Object.values(view.objects).sort(
    (a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1),
  );
}

/** Whether a signal, and not the process itself, ended it. */
export function isKilled(process: Process): boolean {
  return process.status !== null && "signal" in process.status;
}

/** The numbers of a line in a descriptor table. */
export function numbersOf({ fd, fds }: Descriptor): number[] {
  return fds ?? [fd];
}

/** Whether it has ended, taken by its parent or not. */
export function isOver(process: Process): boolean {
  return process.state === "ended" || process.state === "reaped";
}

/**
 * Where a run is best looked at first: one step before a deadlock, so that one key press shows it; else where the
 * second process appears.
 */
export function bestStep(trace: Trace): number {
  if (trace.end?.end === "deadlock") return Math.max(0, trace.last - 1);
  const fork = trace.steps.find((step) =>
    Object.values(step.view.processes ?? {}).some(
      (process) => process?.born_at === step.step,
    ),
  );
  return fork?.step ?? 0;
}
