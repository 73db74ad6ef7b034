// Text in a drawing: SVG neither wraps nor cuts, so widths are estimated here, generously.

/** The width of a text in pixels, in a proportional face of this size; wide scripts count a full square. */
export function widthOf(text: string, size: number, mono = false): number {
  let width = 0;
  for (const character of text) {
    const wide = (character.codePointAt(0) ?? 0) > 0x2e80;
    width += wide ? 1 : mono ? 0.61 : narrow(character) ? 0.34 : 0.56;
  }
  return width * size;
}

function narrow(character: string): boolean {
  return "iljtfr.,:;'!|()[] ".includes(character);
}

/** The text, cut with an ellipsis where it would not fit. */
export function fit(
  text: string,
  room: number,
  size: number,
  mono = false,
): string {
  if (widthOf(text, size, mono) <= room) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(kept + character + "…", size, mono) > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text in at most `lines` lines, the last one cut where it would not fit. */
export function wrap(
  text: string,
  room: number,
  size: number,
  lines: number,
): string[] {
  const words = text.match(/[⺀-￯]|[^\s⺀-￯]+\s*|\s+/g) ?? [];
  const wrapped: string[] = [];
  let line = "";
  for (const [index, word] of words.entries()) {
    if (line !== "" && widthOf((line + word).trimEnd(), size) > room) {
      if (wrapped.length === lines - 1) {
        line += words.slice(index).join("");
        break;
      }
      wrapped.push(line.trimEnd());
      line = "";
    }
    line += word;
  }
  if (line.trim() !== "") wrapped.push(fit(line.trimEnd(), room, size));
  return wrapped;
}
