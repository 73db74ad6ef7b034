// What passed from one process to another in a run, and when: bytes of a pipe, items of a queue, a fork, the end that a
// parent waited for, a signal, and the last close that an end-of-file tells of.
//
// Everything is read off the views: what lay in a stream before a step and does not after it was taken by that step's
// process, the oldest first. The command's diagram finds the same in wasm/report/src/arrow.rs.

import type { Process, QueueView, Step, Stream, Thing } from "../state/format";
import { isOver } from "../state/moment";
import { counted } from "../picture/queues";
import type { Trace } from "../state/trace";

/** What passed. */
export type Cargo = "bytes" | "items" | "fork" | "end" | "signal" | "closing";

/** Something that passed from one process to another. */
export interface Passage {
  kind: Cargo;
  from: number;
  /** Nobody, if it still lies there when the run ends. */
  to: number | null;
  /** The step at which it was sent, and the one at which it arrived. */
  sent: number;
  arrived: number | null;
  /** The pipe, channel or queue that it went through; empty for what passes between processes. */
  through: string;
  /** Bytes or items. */
  amount: number;
  /** The first bytes, as the trace has them; empty if they are not known. */
  text: string;
}

/** Everything that passed in a run, in the order of arrival; what never arrived comes last. */
export function passagesOf(trace: Trace): Passage[] {
  const books = new Books(trace);
  for (const step of trace.steps) books.take(step);
  return [...books.passages, ...books.leftOver()];
}

/** The objects and queues as they stand, and who sent what still lies in them. */
class Books {
  readonly passages: Passage[] = [];
  private readonly lost: Passage[] = [];
  private readonly objects: Record<string, Thing>;
  private readonly queues = new Map<string, QueueView>();
  private readonly lying = new Map<string, { pid: number; step: number }[]>();
  /** Who closed the last writing end of a stream, and when. */
  private readonly closers = new Map<string, { pid: number; step: number }>();
  private readonly processes = new Map<number, Process>();
  private readonly ended = new Map<number, number>();

  constructor(trace: Trace) {
    const { objects, processes } = trace.view(0);
    this.objects = { ...objects };
    for (const process of Object.values(processes))
      this.processes.set(process.pid, process);
  }

  take(step: Step): void {
    this.between(step);
    for (const [name, after] of Object.entries(step.view.objects ?? {}))
      this.follow(step, name, after);
    for (const [name, after] of Object.entries(step.view.queues ?? {}))
      this.followQueue(step, name, after);
    if (isEndOfFile(step)) this.tellOfClosing(step);
    this.remember(step);
  }

  /** What nobody has read when the run ends, or when the pipe went with its last holder. */
  leftOver(): Passage[] {
    return [...this.lost, ...Object.values(this.objects).flatMap(unread)];
  }

  private add(
    step: Step,
    kind: Cargo,
    from: number,
    sent: number,
    more: Partial<Passage> = {},
  ): void {
    const to = more.to ?? step.pid;
    const arrived = step.step;
    const made = { kind, from, to, sent, arrived };
    this.passages.push({ through: "", amount: 0, text: "", ...made, ...more });
  }

  /** Births, ends that were waited for, signals. */
  private between(step: Step): void {
    const { pid, answer, call } = step;
    for (const born of Object.values(step.view.processes ?? {}))
      if (born && !this.processes.has(born.pid))
        this.add(step, "fork", pid, step.step, { to: born.pid });
    if (step.choice !== "go" || answer === null || answer < 0) return;
    if (call === "wait" && answer > 0 && this.ended.has(answer))
      this.add(step, "end", answer, this.ended.get(answer)!);
    if (call !== "kill") return;
    for (const hit of Object.values(step.view.processes ?? {}))
      if (hit && hit.pid !== pid && isOver(hit) && !this.ended.has(hit.pid))
        this.add(step, "signal", pid, step.step, { to: hit.pid });
  }

  private follow(step: Step, name: string, after: Thing | null): void {
    const before = this.objects[name];
    if (after) this.objects[name] = after;
    else delete this.objects[name];
    if (before && !after) this.lost.push(...unread(before));
    before?.streams.forEach((old, index) => {
      const now = after?.streams[index];
      if (!now) return;
      const key = `${name}/${index}`;
      const { pid, step: at } = step;
      if (old.writers.length > 0 && now.writers.length === 0)
        this.closers.set(key, { pid, step: at });
      if (!before.queue) this.read(step, name, old, now);
    });
  }

  /** What is gone from the front of a stream was read; messages of one sender are one passage. */
  private read(step: Step, name: string, old: Stream, now: Stream): void {
    const front = now.messages[0];
    for (const message of old.messages) {
      const rest =
        front?.from === message.from && front.step === message.step
          ? front.unread
          : 0;
      const amount = message.unread - rest;
      if (amount > 0) {
        const { from, text } = message;
        const more = { through: name, amount, text };
        this.add(step, "bytes", from, message.step, more);
      }
      if (rest > 0) break;
    }
  }

  /** What was put and got, as the counts of the queue tell it. */
  private followQueue(step: Step, name: string, now: QueueView | null): void {
    const old = this.queues.get(name);
    if (now) this.queues.set(name, now);
    else this.queues.delete(name);
    if (!now) return void this.lying.delete(name);
    const lying = this.lying.get(name) ?? [];
    this.lying.set(name, lying);
    for (let left = counted(old?.put ?? 0, now.put); left > 0; left--)
      lying.push({ pid: step.pid, step: step.step });
    for (let left = counted(old?.got ?? 0, now.got); left > 0; left--) {
      const put = lying.shift();
      if (!put) break;
      const last = this.passages.at(-1);
      const joins =
        last?.kind === "items" &&
        last.arrived === step.step &&
        last.from === put.pid &&
        last.sent === put.step;
      if (joins) last.amount += 1;
      else {
        const more = { through: name, amount: 1 };
        this.add(step, "items", put.pid, put.step, more);
      }
    }
  }

  /** An end-of-file came because somebody closed the last writing end of what was read. */
  private tellOfClosing(step: Step): void {
    const reader = this.processes.get(step.pid);
    const fd = reader?.call?.fd;
    const held = reader?.descriptors.find((each) => each.fd === fd);
    const thing = this.objects[held?.object ?? ""];
    if (!held || !thing || thing.queue) return;
    const index = thing.kind === "channel" ? 1 - held.side : 0;
    const key = `${thing.name}/${index}`;
    const closer = this.closers.get(key);
    if (!closer || closer.pid === step.pid) return;
    this.add(step, "closing", closer.pid, closer.step, { through: thing.name });
  }

  private remember(step: Step): void {
    for (const process of Object.values(step.view.processes ?? {})) {
      if (!process) continue;
      this.processes.set(process.pid, process);
      if (isOver(process) && !this.ended.has(process.pid))
        this.ended.set(process.pid, step.step);
    }
  }
}

/** What lies in a pipe or channel; the bytes of a queue's bells are no messages. */
function unread(thing: Thing): Passage[] {
  if (thing.queue) return [];
  return thing.streams.flatMap(({ messages }) =>
    messages.map(({ from, step, unread, text }) => ({
      kind: "bytes",
      from,
      to: null,
      sent: step,
      arrived: null,
      through: thing.name,
      amount: unread,
      text,
    })),
  );
}

/** A read that answered nothing: the other side is closed. */
function isEndOfFile({ call, answer, choice }: Step): boolean {
  return call === "read" && answer === 0 && choice === "go";
}
