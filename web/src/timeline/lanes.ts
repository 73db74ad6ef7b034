// Who went when, for a whole run: a lane a process, cut into stretches of one state.

import type { Process } from "../state/format";
import { isKilled, isOver } from "../state/moment";
import type { Trace } from "../state/trace";

/** What a process is during a stretch of steps. */
export type LaneState = "ready" | "waiting";

/** A stretch in which a process does not change its state: steps from `from` up to, not including, `to`. */
export interface Stretch {
  from: number;
  to: number;
  state: LaneState;
}

/** A step that stands out. */
export interface Mark {
  step: number;
  kind: "fork" | "kill" | "exit";
}

/** A process on a lane, from its birth to its end. */
export interface Member {
  pid: number;
  name: string;
  from: number;
  to: number;
}

/** A process over the whole run; several, one after the other, where there are many. */
export interface Lane {
  members: Member[];
  stretches: Stretch[];
  /** The steps in which it went. */
  went: number[];
  marks: Mark[];
}

/** Processes that have a lane of their own; with more, a lane is used again once its process has ended. */
const ROOMY = 12;

/** The lanes of a run, in order of birth. */
export function lanesOf(trace: Trace): Lane[] {
  const lanes = laneEach(trace);
  if (lanes.length <= ROOMY) return lanes;
  const packed: Lane[] = [];
  for (const lane of lanes) {
    const { from } = lane.members[0]!;
    const free = packed.find((each) => each.members.at(-1)!.to < from);
    if (!free) packed.push(lane);
    else
      for (const key of ["members", "stretches", "went", "marks"] as const)
        (free[key] as unknown[]).push(...lane[key]);
  }
  return packed;
}

/** Who is on a lane at a step, or was last; at first the one who comes first. */
export function memberAt(lane: Lane, step: number): Member {
  return lane.members.findLast(({ from }) => from <= step) ?? lane.members[0]!;
}

function laneEach(trace: Trace): Lane[] {
  const lanes = new Map<number, Lane>();
  if (!trace.started) return [];
  const take = (step: number, process: Process) => {
    let lane = lanes.get(process.pid);
    if (!lane) {
      const { pid, name } = process;
      const member = { pid, name, from: step, to: Infinity };
      lane = { members: [member], stretches: [], went: [], marks: [] };
      lanes.set(pid, lane);
      if (step > 0) lane.marks.push({ step, kind: "fork" });
    }
    follow(lane, step, process);
  };
  for (const process of Object.values(trace.view(0).processes))
    take(0, process);
  for (const step of trace.steps) {
    for (const process of Object.values(step.view.processes ?? {}))
      if (process) take(step.step, process);
    lanes.get(step.pid)?.went.push(step.step);
  }
  for (const lane of lanes.values()) {
    const open = lane.stretches.at(-1);
    if (open?.to === Infinity) open.to = trace.last + 1;
  }
  return [...lanes.values()];
}

function follow(lane: Lane, step: number, process: Process): void {
  const open = lane.stretches.at(-1);
  const running = open?.to === Infinity ? open : null;
  if (isOver(process)) {
    if (!running) return;
    running.to = step;
    lane.members[0]!.to = step;
    lane.marks.push({ step, kind: isKilled(process) ? "kill" : "exit" });
    return;
  }
  // One that is stopped cannot go on either.
  const state = process.state === "ready" ? "ready" : "waiting";
  if (running?.state === state) return;
  if (running) running.to = step;
  lane.stretches.push({ from: step, to: Infinity, state });
}

/** Where a step stands on a strip of this width. */
export function stepToX(step: number, last: number, width: number): number {
  return last === 0 ? 0 : (step / last) * width;
}
