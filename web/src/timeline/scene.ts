// What of the timeline is in sight, as paths and texts: a pure function of the run, the columns and the window. What lies
// outside the window is not made, so a run of 10,000 steps costs no more than what fits on the screen.

import type { Step } from "../state/format";
import { columnOver, xOf, type Columns } from "./columns";
import { relationOf, type Cone } from "./order";
import type { Lane, Mark } from "./lanes";
import type { Passage } from "./passages";

/** The part that is in sight: from `x`, as wide as `width`. */
export interface Sight {
  x: number;
  width: number;
}

/** A number for silent steps that share a column. */
export interface Silent {
  x: number;
  y: number;
  width: number;
  count: number;
}

/** An arrow between lanes, or one that nobody took. */
export interface Arrow {
  path: string;
  head: string;
  kind: Passage["kind"];
  /** The chosen step sends or receives it. */
  now: boolean;
}

/** A stretch of a lane that precedes the chosen step, follows it, or does neither. */
export interface Shade {
  relation: "before" | "after" | "concurrent";
  x: number;
  y: number;
  width: number;
}

/** All that is drawn. Places are within the window. */
export interface Scene {
  ready: string;
  waiting: string;
  steps: string;
  marks: { kind: Mark["kind"]; path: string }[];
  /** The names of calls, where there is room for them. */
  names: { x: number; y: number; text: string }[];
  silent: Silent[];
  arrows: Arrow[];
  shades: Shade[];
}

/** The run that is drawn. */
export interface Run {
  steps: readonly Step[];
  lanes: readonly Lane[];
  passages: readonly Passage[];
}

/** The height of a lane for so many of them: with few, there is room for the names of calls. */
export function laneHeight(lanes: number): number {
  return lanes <= FEW_LANES ? 34 : lanes <= 6 ? 22 : 16;
}

const FEW_LANES = 3;

/** Columns this wide have room for the name of a call. */
const ROOM_FOR_NAME = 40;

/** What is drawn of a run in a window. */
export function sceneOf(
  run: Run,
  columns: Columns,
  sight: Sight,
  step: number,
  cone: Cone | null,
): Scene {
  const pen = new Pen(run, columns, sight);
  return {
    ...pen.stretches(),
    ...pen.steps(),
    names: pen.names(),
    marks: pen.marks(),
    arrows: pen.arrows(step),
    shades: cone ? pen.shades(cone) : [],
  };
}

class Pen {
  private readonly lanes: readonly Lane[];
  private readonly height: number;
  private readonly laneOf = new Map<number, number>();
  private readonly first: number;
  private readonly last: number;

  constructor(
    private readonly run: Run,
    private readonly columns: Columns,
    private readonly sight: Sight,
  ) {
    this.lanes = run.lanes;
    this.height = laneHeight(run.lanes.length);
    run.lanes.forEach(({ members }, index) =>
      members.forEach(({ pid }) => this.laneOf.set(pid, index)),
    );
    this.first = columnOver(columns, sight.x);
    this.last = columnOver(columns, sight.x + sight.width);
  }

  stretches(): { ready: string; waiting: string } {
    let ready = "";
    let waiting = "";
    const half = this.height * 0.3;
    this.lanes.forEach(({ stretches }, lane) => {
      const y = this.y(lane);
      for (const { from, to, state } of stretches) {
        if (!this.meets(from, to)) continue;
        const x = this.clipped(this.x(from));
        const length = round(this.clipped(this.x(to)) - x);
        if (state === "ready") ready += `M${x} ${y}h${length}`;
        else waiting += `M${x} ${y - half}h${length}v${2 * half}h${-length}z`;
      }
    });
    return { ready, waiting };
  }

  /** A stroke for each step in a column of its own; a number for those that share one. */
  steps(): { steps: string; silent: Silent[] } {
    let path = "";
    const silent: Silent[] = [];
    const tick = this.height * 0.22;
    this.lanes.forEach(({ went }, lane) => {
      const y = this.y(lane);
      for (let index = this.first; index <= this.last; index++) {
        const { from, to } = this.columns.columns[index]!;
        const count = countBetween(went, from, to);
        if (count === 0) continue;
        const left = this.columns.left[index]! - this.sight.x;
        const x = round(left + this.columns.pitch / 2);
        if (from === to) path += `M${x} ${y - tick}v${2 * tick}`;
        else silent.push({ x, y, width: this.columns.pitch, count });
      }
    });
    return { steps: path, silent };
  }

  names(): Scene["names"] {
    if (this.lanes.length > FEW_LANES || this.columns.pitch < ROOM_FOR_NAME)
      return [];
    const shown = this.columns.columns.slice(this.first, this.last + 1);
    return shown.flatMap(({ from, to }) => {
      const step = this.run.steps[from - 1];
      const lane = this.laneOf.get(step?.pid ?? 0);
      if (!step || from !== to || lane === undefined) return [];
      const text = step.call ?? step.choice;
      return [{ x: this.x(from), y: this.y(lane) + 15, text }];
    });
  }

  marks(): { kind: Mark["kind"]; path: string }[] {
    const paths: Record<Mark["kind"], string> = {
      fork: "",
      exit: "",
      kill: "",
    };
    this.lanes.forEach(({ marks }, lane) => {
      for (const { step, kind } of marks)
        if (this.meets(step, step))
          paths[kind] += `M${this.x(step)} ${this.y(lane)}${SHAPES[kind]}`;
    });
    return (["fork", "exit", "kill"] as const).flatMap((kind) =>
      paths[kind] === "" ? [] : [{ kind, path: paths[kind] }],
    );
  }

  /** Arrows from lane to lane; of those that would fall on each other, one. */
  arrows(step: number): Arrow[] {
    const seen = new Set<string>();
    const arrows: Arrow[] = [];
    for (const passage of this.run.passages) {
      const { sent, arrived, kind } = passage;
      if (!this.meets(sent, arrived ?? sent)) continue;
      const drawn = this.arrow(passage);
      const now = sent === step || arrived === step;
      if (!drawn || (seen.has(drawn.path) && !now)) continue;
      seen.add(drawn.path);
      arrows.push({ ...drawn, kind, now });
    }
    return arrows;
  }

  shades(cone: Cone): Shade[] {
    return this.lanes.flatMap(({ members }, lane) =>
      members.flatMap(({ pid, from, to }) => {
        const end = Math.min(to, this.columns.columns.at(-1)?.to ?? 0);
        const first = Math.max(from, 0);
        const until = Math.max(first, cone.until.get(pid) ?? first);
        const since = Math.min(end, cone.since.get(pid) ?? end);
        const past = cone.until.has(pid) ? until : first;
        const ahead = cone.since.has(pid) ? Math.max(past, since) : end;
        const parts = [
          { relation: "before" as const, from: first, to: past },
          { relation: "concurrent" as const, from: past, to: ahead },
          { relation: "after" as const, from: ahead, to: end },
        ];
        return parts.flatMap((part) => this.shade(lane, part));
      }),
    );
  }

  private shade(
    lane: number,
    part: { relation: Shade["relation"]; from: number; to: number },
  ): Shade[] {
    const x = this.clipped(this.x(part.from));
    const width = this.clipped(this.x(part.to)) - x;
    if (width < 1) return [];
    return [{ relation: part.relation, x, y: this.y(lane), width }];
  }

  private arrow(passage: Passage): { path: string; head: string } | null {
    const { from, to, sent, arrived } = passage;
    const start = this.laneOf.get(from);
    if (start === undefined) return null;
    const a = { x: this.x(sent), y: this.y(start) };
    if (to === null || arrived === null) {
      // Never taken: a stub that leads nowhere.
      const end = { x: a.x + 10, y: a.y + this.height * 0.36 };
      const cross = `M${end.x - 3} ${end.y - 3}l6 6m0 -6l-6 6`;
      return { path: `M${a.x} ${a.y}L${end.x} ${end.y}${cross}`, head: "" };
    }
    const goal = this.laneOf.get(to);
    if (goal === undefined) return null;
    const b = { x: this.x(arrived), y: this.y(goal) };
    if (goal === start) return null;
    const column = columnOver(this.columns, b.x + this.sight.x);
    const silent = this.columns.columns[column]!;
    const within = silent.from <= sent && sent !== arrived;
    if (within && silent.from !== silent.to) return null;
    return { path: `M${a.x} ${a.y}L${b.x} ${b.y}`, head: arrowHead(a, b) };
  }

  private x(step: number): number {
    return round(xOf(this.columns, step) - this.sight.x);
  }

  private y(lane: number): number {
    return (lane + 0.5) * this.height;
  }

  /** Whether any of these steps is in sight. */
  private meets(from: number, to: number): boolean {
    const { columns } = this.columns;
    return columns[this.first]!.from <= to && from <= columns[this.last]!.to;
  }

  private clipped(x: number): number {
    return Math.max(-10, Math.min(this.sight.width + 10, x));
  }
}

/** The shapes of marks, from their middle. */
const SHAPES: Record<Mark["kind"], string> = {
  fork: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
  exit: "m-3.5 -3.5h7v7h-7z",
  kill: "m-4.5 -4.5l9 9m0 -9l-9 9",
};

/** A head of seven pixels, a little before the end so that it does not cover the step. */
function arrowHead(
  a: { x: number; y: number },
  b: { x: number; y: number },
): string {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const base = { x: b.x - 8 * dx, y: b.y - 8 * dy };
  const left = `${round(base.x - 3.2 * dy)} ${round(base.y + 3.2 * dx)}`;
  const right = `${round(base.x + 3.2 * dy)} ${round(base.y - 3.2 * dx)}`;
  return `M${b.x} ${b.y}L${left}L${right}Z`;
}

/** How many of these ascending steps lie between two, both included. */
export function countBetween(
  steps: readonly number[],
  from: number,
  to: number,
): number {
  return beyond(steps, to) - beyond(steps, from - 1);
}

/** How many of these ascending steps are at most this one. */
function beyond(steps: readonly number[], most: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How a step of the run stands to the chosen one, for who listens. */
export function relations(
  cone: Cone,
  steps: readonly { pid: number; step: number }[],
): { before: number; after: number; concurrent: number } {
  const counts = { before: 0, after: 0, concurrent: 0 };
  for (const { pid, step } of steps) {
    const relation = relationOf(cone, pid, step);
    if (relation !== "chosen") counts[relation] += 1;
  }
  return counts;
}
