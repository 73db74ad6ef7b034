// Text in a drawing: SVG neither wraps nor cuts, so widths must be known here.

const SANS =
  'system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"';
const MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace, "PingFang SC", "Noto Sans CJK SC"';

const known = new Map<string, number>();
const pen =
  typeof document === "undefined"
    ? null
    : document.createElement("canvas").getContext("2d");

/** The width of a text in pixels in a face of this size: measured where there is a screen, estimated elsewhere. */
export function widthOf(text: string, size: number, mono = false): number {
  const key = `${size}${mono ? "m" : "s"}${text}`;
  let width = known.get(key);
  if (width === undefined) {
    if (known.size > 5000) known.clear();
    width = pen ? measured(pen, text, size, mono) : estimated(text, size, mono);
    known.set(key, width);
  }
  return width;
}

function measured(
  pen: CanvasRenderingContext2D,
  text: string,
  size: number,
  mono: boolean,
): number {
  pen.font = `${size}px ${mono ? MONO : SANS}`;
  return pen.measureText(text).width;
}

function estimated(text: string, size: number, mono: boolean): number {
  let width = 0;
  for (const character of text) {
    const wide = (character.codePointAt(0) ?? 0) > 0x2e80;
    width += wide
      ? 1
      : mono
        ? 0.61
        : "ijlt.,:' ".includes(character)
          ? 0.34
          : 0.6;
  }
  return width * size;
}

/** The text, cut with an ellipsis where it would not fit. */
export function fit(
  text: string,
  room: number,
  size: number,
  mono = false,
): string {
  if (widthOf(text, size, mono) <= room) return text;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const cut = `${characters.slice(0, middle).join("")}…`;
    if (widthOf(cut, size, mono) <= room) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}

/** The text in at most `lines` lines, the last one cut where it would not fit. */
export function wrap(
  text: string,
  room: number,
  size: number,
  lines: number,
): string[] {
  // A line may be broken after a space, and before any character of a wide script.
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
