// Texts inside of files that are written: on one line, or in lines of a width.

import { wrap } from "../picture/text";

/** On one line. */
export function placeless(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A text as XML has it. */
export function xml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The lines of a caption in a width. */
export function captionLines(
  text: string,
  width: number,
  size: number,
): string[] {
  return wrap(placeless(text), width, size, 4);
}
