// The trace format, version 1, as the page reads it: one JSON object a line.
//
// These types mirror what the simulated kernel writes. Nothing here computes.

/** A text in every language that the page speaks. */
export interface Sentence {
  en: string;
  zh: string;
}

/** The first line: what was run, and how. */
export interface Header {
  forktalk: "trace";
  version: number;
  program: string;
  module?: string;
  arguments?: string[];
  seed: number | null;
  strategy: string;
  profile?: string;
  schedule?: string;
  /** Of a run that was recorded natively: the system chose who went when. */
  native?: Native;
}

/** What is said of a native run beside its steps. */
export interface Native {
  /** The numbers that the system gave the processes, by those that they have in the trace. */
  pids: Record<number, number>;
  /** What the steps leave out, and where they are not what was recorded. */
  notes?: Sentence[];
}

/** How a process ended. */
export type Status = { code: number } | { signal: number; name: string };

/** The call that a process has announced. */
export interface Call {
  name: string;
  fd?: number;
  bytes?: number;
  /** The descriptors that a poll watches. */
  watches?: { fd: number; read: boolean; write: boolean }[];
  /** The process that it is about. */
  pid?: number;
  [argument: string]: unknown;
}

/** One line of a descriptor table. */
export interface Descriptor {
  fd: number;
  object: string;
  role: "reads" | "writes" | "both" | "watches";
  side: number;
  inherited_at: number | null;
  made_at: number;
  /** In the picture only: the numbers of a queue's descriptors, which are drawn as one. */
  fds?: number[];
}

/** A process as it stands at a step. */
export interface Process {
  pid: number;
  /** 0 for the root. */
  parent: number;
  name: string;
  state: "ready" | "waiting" | "stopped" | "ended" | "reaped";
  status: Status | null;
  call: Call | null;
  waits_for: Sentence | null;
  file: string | null;
  line: number | null;
  born_at: number;
  descriptors: Descriptor[];
}

/** Bytes that were written as one, as far as they still lie in the stream. */
export interface Message {
  bytes: number;
  unread: number;
  from: number;
  step: number;
  text: string;
}

/** An end held by a process under a descriptor. */
export interface Holder {
  pid: number;
  fd: number;
}

/** One direction of a pipe or channel. */
export interface Stream {
  capacity: number;
  bytes: number;
  messages: Message[];
  writers: Holder[];
  readers: Holder[];
  waiting_readers: number[];
  waiting_writers: number[];
}

/** What descriptors name: a pipe (one stream), a channel (two), or a process that is watched; in the picture a queue. */
export interface Thing {
  name: string;
  kind: "pipe" | "channel" | "process" | "queue";
  streams: Stream[];
  pid?: number;
  /** The queue that it is a part of, and by what it wakes who waits there. */
  queue?: { name: string; part: { bell: Awaited } };
  /** Of a queue in the picture: whether nothing can be put into it any more. */
  closed?: boolean;
}

/** A queue: how much is in it, and how many items ever went in and came out (both counts wrap at 32 bits). */
export interface QueueView {
  name: string;
  items: number;
  bound?: number;
  put: number;
  got: number;
  closed: boolean;
  waiting?: number[];
}

/** What one waits for at a queue. */
export type Awaited = "item" | "room" | "tasks";

/** The state of everything at a step. */
export interface View {
  processes: Record<string, Process>;
  objects: Record<string, Thing>;
}

/** What differs from the view before; null: it is gone. */
export interface ViewChange {
  processes?: Record<string, Process | null>;
  objects?: Record<string, Thing | null>;
  queues?: Record<string, QueueView | null>;
}

/** What a step printed. */
export interface Printed {
  stream: "stdout" | "stderr";
  text: string;
}

/** One step of the run. */
export interface Step {
  step: number;
  choice: "go" | "timeout" | "kill" | "fail" | "interrupt" | "stop";
  pid: number;
  process: string;
  call: string | null;
  answer: number | null;
  file: string | null;
  line: number | null;
  now_ns: number;
  sentence: Sentence;
  output?: Printed | null;
  view: ViewChange;
}

/** A process that holds what another waits to see closed (or emptied, or ended). */
export interface DeadlockHolder {
  pid: number;
  name: string;
  fd: number | null;
  inherited_at: number | null;
  made_at: number;
  /** The fork by which it got the end, or else the making. */
  file: string | null;
  line: number;
}

/** One thing that a waiting process waits for, and who stands in its way. */
export interface WaitsFor {
  /** An object's name; for a process or a lock, what it is. */
  object: string;
  role: string;
  holders: DeadlockHolder[];
}

/** A process that waits at the end of a deadlocked run, or was stopped. */
export interface Waiter {
  pid: number;
  name: string;
  call: string;
  file: string | null;
  line: number;
  sentence: Sentence;
  waits_for: WaitsFor[];
}

/** Why nobody could go on. */
export interface Deadlock {
  waiters: Waiter[];
  /** The processes that were stopped for ever. */
  stopped?: Waiter[];
  cycle: number[];
  /** The circle in a sentence, if there is one. */
  circle?: Sentence | null;
  /** What to change in the program. */
  advice?: Sentence[];
}

/** The last line: how the run ended. */
export interface End {
  end: "finished" | "deadlock" | "limit";
  status: Status | null;
  steps: number;
  now_ns: number;
  sentence: Sentence;
  deadlock: Deadlock | null;
}

/** The version of the format that this page reads. */
export const FORMAT_VERSION = 1;
