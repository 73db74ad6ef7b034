// Pictures of chosen steps on one sheet, for slides: each with its number and its sentence beneath.

import { captionLines, xml } from "./text";

/** A picture of a step. */
export interface Panel {
  step: number;
  caption: string;
  /** What stands between the tags of its SVG. */
  drawing: string;
  width: number;
  height: number;
}

/** Colours of the sheet itself. */
export interface Ink {
  paper: string;
  ink: string;
  soft: string;
}

const GAP = 28;
const SIZE = 16;
const LINE = 22;
const HEAD = 30;
const BESIDE = 10;

/** Panels side by side, or in rows of them, as one SVG. */
export function sheetOf(panels: readonly Panel[], ink: Ink): string {
  const across = columnsFor(panels.length);
  const width = Math.max(...panels.map((panel) => panel.width));
  const rows = chunk(panels, across);
  const parts: string[] = [];
  let y = GAP;
  for (const row of rows) {
    const lines = row.map(({ caption, step }) =>
      captionLines(caption, width - numberWidth(step) - BESIDE, SIZE),
    );
    const tallest = Math.max(...row.map(({ height }) => height));
    const most = Math.max(...lines.map(({ length }) => length));
    row.forEach((panel, index) => {
      const x = GAP + index * (width + GAP);
      parts.push(draw(panel, lines[index]!, x, y, tallest, ink));
    });
    y += tallest + HEAD + most * LINE + GAP;
  }
  const whole = GAP + Math.min(across, panels.length) * (width + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${y}" viewBox="0 0 ${whole} ${y}">`,
    `<rect width="100%" height="100%" fill="${ink.paper}"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function draw(
  panel: Panel,
  lines: string[],
  x: number,
  y: number,
  tallest: number,
  ink: Ink,
): string {
  const under = tallest + HEAD;
  const pill = numberWidth(panel.step);
  const said = lines.map(
    (line, index) =>
      `<text x="${pill + BESIDE}" y="${under + index * LINE - 4}" font-size="${SIZE}" fill="${ink.ink}">${xml(line)}</text>`,
  );
  return [
    `<g transform="translate(${x} ${y})" font-family="system-ui, sans-serif">`,
    panel.drawing,
    `<rect y="${under - 21}" width="${pill}" height="24" rx="12" fill="${ink.ink}"/>`,
    `<text x="${pill / 2}" y="${under - 4}" font-size="14" font-weight="600" text-anchor="middle" fill="${ink.paper}">${panel.step}</text>`,
    ...said,
    "</g>",
  ].join("\n");
}

/** The width of the mark that holds a step's number. */
function numberWidth(step: number): number {
  return 16 + String(step).length * 10;
}

/** How many stand side by side. */
function columnsFor(panels: number): number {
  if (panels <= 3) return Math.max(panels, 1);
  return panels === 4 ? 2 : 3;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const rows: T[][] = [];
  for (let start = 0; start < items.length; start += size)
    rows.push(items.slice(start, start + size));
  return rows;
}

/** The most pictures that are put on one sheet. */
const MOST = 24;

/** The steps that a visitor typed: `3, 5-8`; those that there are not are left out. */
export function parseSteps(text: string, last: number): number[] {
  const steps = text.split(/[,，;\s]+/).flatMap((part) => {
    const [, from, to] = /^(\d+)(?:[-–](\d+))?$/.exec(part) ?? [];
    if (from === undefined) return [];
    const end = Math.min(Number(to ?? from), last);
    const count = Math.min(MOST, end - Number(from) + 1);
    return Array.from(
      { length: Math.max(0, count) },
      (_, index) => Number(from) + index,
    );
  });
  return [...new Set(steps)].sort((a, b) => a - b).slice(0, MOST);
}
