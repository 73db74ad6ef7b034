// What a card says, as data: a process at a moment, ready to be drawn.

import type { Call, Process, Sentence } from "../state/format";
import {
  isDrawn,
  isKilled,
  isOver,
  wireKey,
  type Moment,
} from "../state/moment";
import type { Language, Words } from "../words/words";
import { MAX_ROWS, type Frame } from "./layout";
import { letterOf } from "./queues";
import { isWired, sideOf, type Side } from "./plan";

/** One row of a card's descriptor table. */
export interface Row {
  row: number;
  fd: number;
  /** The numbers of a queue's descriptors, which are one row. */
  fds: string | null;
  /** What it does with what: nothing if it is closed. */
  role: string;
  object: string;
  /** The colour of the tube it leads to, or nothing. */
  hue: number | null;
  side: Side | null;
  closed: boolean;
  /** Opened in this step. */
  fresh: boolean;
  inherited: boolean;
  trouble: boolean;
}

/** How a process fares, for the drawing: one look each. */
export type Look = "ready" | "waiting" | "stopped" | "ended" | "killed";

/** What a card says. */
export interface CardText {
  look: Look;
  state: string;
  /** What it waits for, does next, or how it ended. */
  doing: string;
  /** File and line, or nothing. */
  place: string;
  rows: Row[];
  /** Rows that did not fit. */
  more: number;
  /** Numbers that lead to the terminal. */
  terminal: string;
}

/** The look of a process. */
export function lookOf(process: Process): Look {
  if (isOver(process)) return isKilled(process) ? "killed" : "ended";
  return process.state === "waiting" || process.state === "stopped"
    ? process.state
    : "ready";
}

/** How it stands with a process, in a few words. */
export function stateOf(process: Process, words: Words): string {
  return words.state[process.state];
}

/** What a process waits for, does next, or how it ended. */
export function doingOf(
  process: Process,
  words: Words,
  language: Language,
): string {
  if (process.status && isOver(process)) {
    return "signal" in process.status
      ? words.killedBy(process.status.name)
      : words.exited(process.status.code);
  }
  if (process.state === "waiting" && process.waits_for)
    return textOf(process.waits_for, language);
  return process.call ? `${words.next} ${callText(process.call)}` : "";
}

/** A call in a few characters: `read fd 3`. */
export function callText(call: Call): string {
  const parts = [call.name];
  if (call.fd !== undefined) parts.push(`fd ${call.fd}`);
  else if (call.pid !== undefined) parts.push(`(${call.pid})`);
  return parts.join(" ");
}

/** The sentence in a language; in English where it is not told in that one. */
export function textOf(sentence: Sentence, language: Language): string {
  return sentence[language] || sentence.en;
}

/** `forgotten_close.rs:11` */
export function placeOf(file: string | null, line: number | null): string {
  if (!file) return "";
  const name = file.slice(file.lastIndexOf("/") + 1);
  return line === null || line === 0 ? name : `${name}:${line}`;
}

/** What the card of a process says. */
export function cardText(
  process: Process,
  moment: Moment,
  frame: Frame,
  words: Words,
  language: Language,
): CardText {
  const rows = rowsOf(process, moment, frame, words);
  return {
    look: lookOf(process),
    state: stateOf(process, words),
    doing: doingOf(process, words, language),
    place: isOver(process) ? "" : placeOf(process.file, process.line),
    rows: rows.filter(({ row }) => row < MAX_ROWS),
    more: rows.filter(({ row, closed }) => row >= MAX_ROWS && !closed).length,
    terminal: process.descriptors
      .filter((descriptor) => !isDrawn(descriptor))
      .map(({ fd }) => fd)
      .join(" "),
  };
}

function rowsOf(
  process: Process,
  moment: Moment,
  frame: Frame,
  words: Words,
): Row[] {
  const { plan } = frame;
  const open = new Map(process.descriptors.map((each) => [each.fd, each]));
  const openedAt = plan.openedAt.get(process.pid);
  return (plan.rowsOf.get(process.pid) ?? []).flatMap((fd, row) => {
    const descriptor = open.get(fd);
    if (!descriptor) {
      const closed = (openedAt?.get(fd) ?? Infinity) <= moment.number;
      return closed && !isOver(process) ? [closedRow(row, fd, words)] : [];
    }
    const key = wireKey(process.pid, descriptor);
    const tube = plan.tubeOf.get(descriptor.object);
    return [
      {
        row,
        fd,
        fds: descriptor.fds ? rangeOf(descriptor.fds) : null,
        role: descriptor.fds ? words.kind.queue : words.role[descriptor.role],
        object: objectText(descriptor.object, moment),
        hue: tube === undefined ? null : tube % 6,
        side: isWired(descriptor) ? sideOf(descriptor) : null,
        closed: false,
        fresh: moment.opened.has(key),
        inherited: descriptor.inherited_at !== null,
        trouble: moment.trouble.wires.has(key),
      },
    ];
  });
}

function closedRow(row: number, fd: number, words: Words): Row {
  return {
    row,
    fd,
    fds: null,
    role: words.closed,
    object: "",
    hue: null,
    side: null,
    closed: true,
    fresh: false,
    inherited: false,
    trouble: false,
  };
}

/** An object by its letter; a watched process by its own name. */
function objectText(name: string, moment: Moment): string {
  const pid = moment.view.objects[name]?.pid;
  const watched = pid === undefined ? undefined : moment.view.processes[pid];
  return watched ? `${watched.name} (${watched.pid})` : letterOf(name);
}

/** `3–6`, or the first of them where others lie between. */
function rangeOf(fds: readonly number[]): string {
  const [first, last] = [fds[0]!, fds.at(-1)!];
  if (fds.length === 1) return String(first);
  return last - first + 1 === fds.length ? `${first}–${last}` : `${first} …`;
}
