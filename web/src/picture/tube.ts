// What lies in a tube, as data: blocks with the borders of messages, oldest at the reading end.

import type { Message, Stream, Thing } from "../state/format";
import type { Words } from "../words/words";
import { letterOf } from "./queues";
import { widthOf } from "./text";

/** A message as it is drawn. */
export interface Block {
  x: number;
  width: number;
  label: string;
  message: Message;
  /** The share of its bytes that is read already. */
  read: number;
}

/** The contents of one direction. */
export interface Contents {
  blocks: Block[];
  /** Messages that did not fit, and where their number stands. */
  more: { count: number; x: number; width: number } | null;
  /** How full, from 0 to 1. */
  share: number;
}

const SMALLEST = 20;
const LARGEST = 132;
const GAP = 3;
const MORE = 46;

/** What it is called. */
export function titleOf({ kind, name }: Thing, words: Words): string {
  return `${words.kind[kind]} ${letterOf(name)}`;
}

/** How much is in a stream. */
export function fillOf({ kind }: Thing, stream: Stream, words: Words): string {
  const number = (value: number) => value.toLocaleString("en");
  const { bytes, capacity } = stream;
  if (bytes === 0) return words.empty;
  const full = capacity > 0 && bytes >= capacity ? `, ${words.full}` : "";
  if (kind !== "queue")
    return words.fill(number(bytes), number(capacity)) + full;
  return capacity === 0
    ? words.items(number(bytes))
    : words.itemsOf(number(bytes), number(capacity)) + full;
}

/**
 * The blocks of a stream in `room` pixels. `towards` is where its readers are: 1 at the right, -1 at the left. There may
 * be more in it than is listed.
 */
export function contentsOf(
  stream: Stream,
  room: number,
  towards: 1 | -1,
  size: number,
  label: (message: Message) => string = labelOf,
  count: number = stream.messages.length,
): Contents {
  const blocks: Block[] = [];
  let used = 0;
  let shown = 0;
  for (const message of stream.messages) {
    const text = label(message);
    const width = Math.min(
      LARGEST,
      Math.max(SMALLEST, Math.ceil(widthOf(text, size, true)) + 10),
    );
    const left = count - shown - 1;
    if (used + width + GAP > room - (left > 0 ? MORE : 0)) break;
    blocks.push({
      x: towards === 1 ? room - used - width : used,
      width,
      label: text,
      message,
      read: message.bytes > 0 ? 1 - message.unread / message.bytes : 0,
    });
    used += width + GAP;
    shown += 1;
  }
  const left = count - shown;
  return {
    blocks,
    more:
      left > 0
        ? {
            count: left,
            x: towards === 1 ? room - used - MORE : used,
            width: MORE,
          }
        : null,
    share:
      stream.capacity > 0 ? Math.min(1, stream.bytes / stream.capacity) : 0,
  };
}

/** Bytes of the length that stands before a message on the wire; its text in a trace begins behind it. */
const LENGTH_BYTES = 4;
const FEW = 3;

/** What a message is called in the drawing: its text if it is one, its bytes if they are few, else its size. */
export function labelOf(message: Message): string {
  const size = `${message.unread.toLocaleString("en")} B`;
  if (message.unread !== message.bytes || message.text === "") return size;
  const seen = bytesOf(message.text);
  const whole = seen.length >= message.bytes - LENGTH_BYTES;
  if (whole && seen.length <= FEW && !isText(seen))
    return seen.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  // A string's length may stand before it.
  const text = seen.slice(seen.findIndex(isPrintable));
  if (!isText(text)) return size;
  const plain = String.fromCharCode(...text);
  return whole ? plain : `${plain}…`;
}

/** Undoes the trace's escapes: a backslash and `x05`, `n`, or another backslash. */
function bytesOf(text: string): number[] {
  const NAMED: Record<string, number> = { n: 10, r: 13, t: 9 };
  const pieces = text.matchAll(/\\x([0-9a-f]{2})|\\(.)|([^])/gu);
  return [...pieces].flatMap(([, hex, escaped, plain]) => {
    if (hex !== undefined) return [parseInt(hex, 16)];
    if (escaped !== undefined) return [NAMED[escaped] ?? escaped.charCodeAt(0)];
    return [...new TextEncoder().encode(plain ?? "")];
  });
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

function isText(bytes: number[]): boolean {
  return bytes.length > 1 && bytes.every(isPrintable);
}

/** Whether anybody holds an end, by side of the drawing. */
export function endsHeld(thing: Thing): { left: boolean; right: boolean } {
  const [first] = thing.streams;
  return {
    left: (first?.writers.length ?? 0) > 0,
    right: (first?.readers.length ?? 0) > 0,
  };
}

/** Who waits at which side of the drawing. */
export function waitersOf(thing: Thing): { left: number[]; right: number[] } {
  const [there, back] = thing.streams;
  return {
    left: [...(there?.waiting_writers ?? []), ...(back?.waiting_readers ?? [])],
    right: [
      ...(there?.waiting_readers ?? []),
      ...(back?.waiting_writers ?? []),
    ],
  };
}
