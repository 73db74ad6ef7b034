// From a plan and a width to places in pixels: cards in a grid, tubes between its first row and the others, and the
// lines in the gutters between the columns.
//
//      gutter 0  card place 0  gutter 1  card place 1  gutter 2
//         │ ╭────fd 4 writes     │  ╭────fd 4 writes
//         ╰─┼─────────╮ corridor │  │
//           ╰──▼ ▼════════ tube A ═════════▲ ▲
//      further rows of cards stand below the tubes; their lines come up through the same gutters
//
// A line has a track of its own in its gutter: the higher its row, the farther from the card, so that lines of one
// card never cross in the gutter.

import type { Descriptor, Thing, View } from "../state/format";
import { wireKey } from "../state/moment";
import { isWired, sideOf, type Plan, type Side } from "./plan";

/** Rows of a descriptor table that are shown; the rest are counted. */
export const MAX_ROWS = 12;

/** Measures that differ between a roomy picture and one that has to hold much in little. */
export interface Measures {
  /** What a card tells in few words, and small. */
  compact: boolean;
  /** A card has room for a name and its table only. */
  tiny: boolean;
  minCard: number;
  maxCard: number;
  /** From a card's top to its first descriptor row. */
  head: number;
  row: number;
  foot: number;
  track: number;
  margin: number;
  /** Room between the tracks of two neighbours in a gutter. */
  air: number;
  /** Room above a tube for lines to turn in. */
  corridor: number;
  /** From one line that turns there to the next. */
  turn: number;
}

const ROOMY: Measures = {
  compact: false,
  tiny: false,
  minCard: 160,
  maxCard: 290,
  head: 131,
  row: 23,
  foot: 30,
  track: 8,
  margin: 14,
  air: 36,
  corridor: 30,
  turn: 6,
};

const COMPACT: Measures = {
  compact: true,
  tiny: false,
  minCard: 104,
  maxCard: 200,
  head: 92,
  row: 20,
  foot: 8,
  track: 5.5,
  margin: 6,
  air: 14,
  corridor: 18,
  turn: 4,
};

const TINY: Measures = {
  ...COMPACT,
  tiny: true,
  minCard: 80,
  maxCard: 130,
  head: 36,
  row: 18,
  foot: 4,
  track: 4,
  air: 8,
  corridor: 14,
};

/** So many cards are roomy, or compact, on a screen and on a phone. */
const MOST = { wide: [6, 12], narrow: [0, 4] } as const;

/** The measures for a picture of this width, of so many cards. */
export function measuresFor(width: number, cards: number): Measures {
  const [roomy, compact] = MOST[width < 480 ? "narrow" : "wide"];
  return cards <= roomy ? ROOMY : cards <= compact ? COMPACT : TINY;
}

/** A place in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A tube's place: its body, and where the corridor above it begins. */
export interface TubeBox extends Box {
  corridor: number;
  plug: number;
}

/** Where everything of a plan stands at one width. */
export interface Frame {
  measures: Measures;
  width: number;
  height: number;
  cards: Box[];
  tubes: TubeBox[];
  columns: number;
  gutters: { x: number; width: number }[];
  plan: Plan;
}

/** The columns of a frame: gutters and cards take turns. */
interface Columns {
  count: number;
  gutters: { x: number; width: number }[];
  cardWidth: number;
  track: number;
}

const LANE = 34;
const BETWEEN_LANES = 4;
const LABEL = 40;
const MOST_PLUGS = 10;

/** Lays out a plan at a width. */
export function frameOf(plan: Plan, width: number): Frame {
  const measures = measuresFor(width, plan.cards.length);
  const {
    count: columns,
    gutters,
    cardWidth,
    track,
  } = columnsFor(plan, width, measures);
  const left = (column: number) => gutters[column]!.x + gutters[column]!.width;
  const heights = rowHeights(plan, columns, measures);
  const cards: Box[] = [];
  const firstRow = heights[0] ?? 0;
  const band = stackTubes(plan, measures, measures.margin + firstRow + 8, {
    x: left(0),
    width: left(columns - 1) + cardWidth - left(0),
  });
  let y = measures.margin;
  heights.forEach((height, row) => {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column;
      if (place < plan.cards.length)
        cards[place] = { x: left(column), y, width: cardWidth, height };
    }
    y = row === 0 ? band.bottom : y + height + 24;
  });
  return {
    measures: { ...measures, track },
    width,
    height: Math.max(y, band.bottom) + 4,
    cards,
    tubes: band.tubes,
    columns,
    gutters,
    plan,
  };
}

/** As many columns as fit; the tracks of lines move together before a column is given up. */
function columnsFor(plan: Plan, width: number, measures: Measures): Columns {
  const most = Math.max(1, Math.min(plan.cards.length, 8));
  for (let count = most; count > 1; count--) {
    for (const squeeze of [1, 0.75, 0.5]) {
      const columns = columnsAt(plan, width, count, measures, squeeze);
      if (columns.cardWidth >= measures.minCard) return columns;
    }
  }
  return columnsAt(plan, width, 1, measures, 1);
}

/** Gutters as wide as their tracks ask; the cards share what is left. */
function columnsAt(
  plan: Plan,
  width: number,
  columns: number,
  measures: Measures,
  squeeze: number,
): Columns {
  const widths: number[] = [];
  for (let gutter = 0; gutter <= columns; gutter++) {
    const tracks =
      (gutter > 0 ? tracksOf(plan, columns, gutter - 1, "right") : 0) +
      (gutter < columns ? tracksOf(plan, columns, gutter, "left") : 0);
    const inner = gutter > 0 && gutter < columns;
    const room =
      squeeze * (tracks * measures.track + (inner ? measures.air : 14));
    widths.push(
      Math.min(measures.compact ? 72 : 130, Math.max(inner ? 24 : 12, room)),
    );
  }
  const taken = widths.reduce((sum, each) => sum + each, 0);
  const cardWidth = Math.min(
    measures.maxCard,
    Math.floor((width - taken) / columns),
  );
  let x = Math.max(0, Math.floor((width - taken - cardWidth * columns) / 2));
  const gutters = widths.map((each) => {
    const gutter = { x, width: each };
    x += each + cardWidth;
    return gutter;
  });
  return {
    count: columns,
    gutters,
    cardWidth,
    track: measures.track * squeeze,
  };
}

/** The most lines that any card of a column sends to a side. */
function tracksOf(
  plan: Plan,
  columns: number,
  column: number,
  side: Side,
): number {
  let most = 0;
  for (let place = column; place < plan.cards.length; place += columns)
    most = Math.max(most, Math.min(plan.cards[place]![side].length, MAX_ROWS));
  return most;
}

function rowHeights(plan: Plan, columns: number, measures: Measures): number[] {
  const heights: number[] = [];
  plan.cards.forEach((card, place) => {
    const row = Math.floor(place / columns);
    const rows = Math.min(card.rows, MAX_ROWS) + (card.rows > MAX_ROWS ? 1 : 0);
    const height =
      measures.head + Math.max(rows, 1) * measures.row + measures.foot;
    heights[row] = Math.max(heights[row] ?? 0, height);
  });
  return heights;
}

function stackTubes(
  plan: Plan,
  measures: Measures,
  top: number,
  span: { x: number; width: number },
): { tubes: TubeBox[]; bottom: number } {
  let y = top;
  const tubes = plan.tubes.map((tube) => {
    const plugs = Math.min(Math.max(tube.left, tube.right), MOST_PLUGS);
    const corridor = y;
    y += measures.corridor + plugs * measures.turn;
    const height = tube.lanes * LANE + (tube.lanes - 1) * BETWEEN_LANES;
    // Narrower plugs when there are many: both sides must fit into a tube.
    const most = Math.max(tube.left, tube.right);
    const plug = Math.min(12, (span.width / 2 - 24) / Math.max(most, 1));
    const box = { ...span, y, height, corridor, plug };
    y += height + LABEL;
    return box;
  });
  return { tubes, bottom: y + 8 };
}

/** A line from a descriptor to its tube. */
export interface Wire {
  key: string;
  pid: number;
  fd: number;
  object: string;
  side: Side;
  role: Descriptor["role"];
  /** Where it leaves the card. */
  from: { x: number; y: number };
  /** Where it enters the tube. */
  to: { x: number; y: number };
  path: string;
}

/** All lines of a view. */
export function wiresOf(view: View, frame: Frame): Wire[] {
  const shown = shownPids(view, frame.plan);
  return Object.values(view.processes).flatMap((process) =>
    shown.has(process.pid)
      ? process.descriptors.flatMap((descriptor) => {
          const wire = wireOf(process.pid, descriptor, view, frame);
          return wire ? [wire] : [];
        })
      : [],
  );
}

function wireOf(
  pid: number,
  descriptor: Descriptor,
  view: View,
  frame: Frame,
): Wire | null {
  if (!isWired(descriptor) || !view.objects[descriptor.object]) return null;
  const { plan } = frame;
  const place = plan.cardOf.get(pid);
  const tube = frame.tubes[plan.tubeOf.get(descriptor.object) ?? -1];
  const key = wireKey(pid, descriptor);
  const plug = plan.plugOf.get(key);
  if (place === undefined || !tube || plug === undefined) return null;
  const side = sideOf(descriptor);
  const row = (plan.rowsOf.get(pid) ?? []).indexOf(descriptor.fd);
  const from = portAt(frame, place, row, side);
  const to = {
    x:
      side === "left"
        ? tube.x + 14 + plug * tube.plug
        : tube.x + tube.width - 14 - plug * tube.plug,
    y: tube.y,
  };
  const track = trackAt(frame, place, row, side);
  const across =
    tube.corridor + 8 + Math.min(plug, MOST_PLUGS) * frame.measures.turn;
  const path = rounded(
    [
      from,
      { x: track, y: from.y },
      { x: track, y: across },
      { x: to.x, y: across },
      to,
    ],
    6,
  );
  return {
    key,
    pid,
    fd: descriptor.fd,
    object: descriptor.object,
    side,
    role: descriptor.role,
    from,
    to,
    path,
  };
}

/** Where the line of a descriptor row leaves its card. */
export function portAt(
  frame: Frame,
  place: number,
  row: number,
  side: Side,
): { x: number; y: number } {
  const card = frame.cards[place]!;
  const { head, row: height } = frame.measures;
  return {
    x: side === "left" ? card.x : card.x + card.width,
    y: card.y + head + (Math.min(row, MAX_ROWS) + 0.5) * height,
  };
}

function trackAt(frame: Frame, place: number, row: number, side: Side): number {
  const card = frame.cards[place]!;
  const column = place % frame.columns;
  const gutter = frame.gutters[side === "left" ? column : column + 1]!;
  const rows = frame.plan.cards[place]![side];
  const below = place < frame.columns;
  const rank = Math.min(rows.indexOf(row), MAX_ROWS - 1);
  const used = Math.min(rows.length, MAX_ROWS);
  const index = below ? used - 1 - rank : rank;
  const shared = side === "left" ? column > 0 : column < frame.columns - 1;
  // Both neighbours' lines share an inner gutter: squeeze when they would meet.
  const step = Math.min(
    frame.measures.track,
    (gutter.width / (shared ? 2 : 1) - 8) / Math.max(used, 1),
  );
  // Lines of cards above each other run side by side too.
  const shift = (Math.floor(place / frame.columns) % 4) / 4;
  const away = 9 + (index + shift) * step;
  return side === "left" ? card.x - away : card.x + card.width + away;
}

/** The newest process at each place: a joined one whose place was taken over is not drawn. */
export function shownPids(view: View, plan: Plan): Set<number> {
  const newest = new Map<number, number>();
  for (const { pid } of Object.values(view.processes)) {
    const place = plan.cardOf.get(pid);
    if (place === undefined) continue;
    newest.set(place, Math.max(newest.get(place) ?? 0, pid));
  }
  return new Set(newest.values());
}

/** The tubes of a view, with their places. */
export function tubesOf(
  view: View,
  frame: Frame,
): { thing: Thing; box: TubeBox; hue: number }[] {
  return Object.values(view.objects).flatMap((thing) => {
    const place = frame.plan.tubeOf.get(thing.name);
    const box = place === undefined ? undefined : frame.tubes[place];
    if (!box || place === undefined) return [];
    return [{ thing, box, hue: place % HUES }];
  });
}

/** How many colours tell tubes apart; their letters do too. */
export const HUES = 6;

/** The top of a lane of a tube, from the tube's own top. */
export function laneTop(lane: number): number {
  return lane * (LANE + BETWEEN_LANES);
}

/** The height of a lane. */
export const LANE_HEIGHT = LANE;

/** A path through points that are joined by straight lines along the axes, with rounded corners. */
export function rounded(
  points: { x: number; y: number }[],
  radius: number,
): string {
  const kept = points.filter(
    (point, index) =>
      index === 0 ||
      point.x !== points[index - 1]!.x ||
      point.y !== points[index - 1]!.y,
  );
  const start = kept[0]!;
  let path = `M${n(start.x)} ${n(start.y)}`;
  for (let index = 1; index < kept.length; index++) {
    const here = kept[index]!;
    const before = kept[index - 1]!;
    const after = kept[index + 1];
    if (!after) {
      path += `L${n(here.x)} ${n(here.y)}`;
      continue;
    }
    const r = Math.min(
      radius,
      distance(before, here) / 2,
      distance(here, after) / 2,
    );
    const a = towards(here, before, r);
    const b = towards(here, after, r);
    path += `L${n(a.x)} ${n(a.y)}Q${n(here.x)} ${n(here.y)} ${n(b.x)} ${n(b.y)}`;
  }
  return path;
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }) {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(
  from: { x: number; y: number },
  to: { x: number; y: number },
  by: number,
) {
  const length = distance(from, to) || 1;
  return {
    x: from.x + ((to.x - from.x) / length) * by,
    y: from.y + ((to.y - from.y) / length) * by,
  };
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
