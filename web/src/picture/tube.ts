// What lies in a tube, as data: blocks with the borders of messages, oldest at the reading end.

import type { Message, Stream, Thing } from "../state/format";
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

/**
 * The blocks of a stream in `room` pixels. `towards` is where its readers are: 1 at the right, -1 at the left.
 */
export function contentsOf(
  stream: Stream,
  room: number,
  towards: 1 | -1,
  size: number,
): Contents {
  const blocks: Block[] = [];
  let used = 0;
  let shown = 0;
  for (const message of stream.messages) {
    const label = labelOf(message);
    const width = Math.min(
      LARGEST,
      Math.max(SMALLEST, Math.ceil(widthOf(label, size, true)) + 10),
    );
    const left = stream.messages.length - shown - 1;
    if (used + width + GAP > room - (left > 0 ? MORE : 0)) break;
    blocks.push({
      x: towards === 1 ? room - used - width : used,
      width,
      label,
      message,
      read: message.bytes > 0 ? 1 - message.unread / message.bytes : 0,
    });
    used += width + GAP;
    shown += 1;
  }
  const left = stream.messages.length - shown;
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

/** What a message is called in the drawing: its text if it is one, else its size. */
export function labelOf(message: Message): string {
  const text = message.text;
  const plain = /^[\x20-\x7e]*$/.test(text) && !text.includes("\\");
  if (text !== "" && plain && message.unread === message.bytes)
    return text.length < message.bytes ? `${text}…` : text;
  return `${message.unread.toLocaleString("en")} B`;
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
