// When a lesson's goal is reached: read off the run and the moment that are shown, however one came there.

import type { Process, Stream, View } from "../state/format";
import { isDrawn, isKilled, isOver, type Moment } from "../state/moment";
import type { Trace } from "../state/trace";

/** What is to be reached. */
export type Goal =
  /** A pipe was there, and is gone. */
  | { kind: "gone"; object: string }
  /** Each process that holds a pipe holds one end of it, and another than the next. */
  | { kind: "one end each"; object: string }
  /** This step closes the last writing end. */
  | { kind: "last close"; object: string }
  /** All behaviours of a program were seen, and none fails. */
  | { kind: "proven"; program: string }
  /** This step of one process lets another go on that waited: for an object, or for anything. */
  | { kind: "released"; object: string | null }
  /** The program's run is at its end, a deadlock. */
  | { kind: "deadlock"; program: string }
  /** So many processes wait. */
  | { kind: "waiting"; processes: number }
  /** A process was killed, and the first one fails for it. */
  | { kind: "killed for nothing"; program: string };

/** What is looked at. */
export interface Evidence {
  program: string | null;
  trace: Trace;
  moment: Moment;
  /** The program of which all behaviours were seen to end well. */
  proven: string | null;
}

/** Whether a goal is reached. */
export function isReached(goal: Goal, evidence: Evidence): boolean {
  const { moment, trace, program, proven } = evidence;
  const before = () => trace.view(moment.number - 1);
  switch (goal.kind) {
    case "gone":
      return (
        moment.view.objects[goal.object] === undefined &&
        trace.steps.some(
          ({ step, view }) =>
            step < moment.number && view.objects?.[goal.object],
        )
      );
    case "one end each":
      return hasOneEndEach(moment.view, goal.object);
    case "last close":
      return (
        moment.step?.call === "close" &&
        writers(before(), goal.object) > 0 &&
        writers(moment.view, goal.object) === 0
      );
    case "proven":
      return proven === goal.program;
    case "released":
      return moment.number > 0 && releases(before(), moment, goal.object);
    case "deadlock":
      return program === goal.program && moment.end?.end === "deadlock";
    case "waiting":
      return living(moment.view, "waiting").length >= goal.processes;
    case "killed for nothing":
      return program === goal.program && isKilledForNothing(moment);
  }
}

function living(view: View, state: Process["state"]): Process[] {
  return Object.values(view.processes).filter(
    (process) => process.state === state,
  );
}

function hasOneEndEach(view: View, object: string): boolean {
  const roles = Object.values(view.processes)
    .filter((process) => !isOver(process))
    .map(({ descriptors }) =>
      descriptors
        .filter((each) => isDrawn(each) && each.object === object)
        .map(({ role }) => role),
    );
  const held = roles.filter(({ length }) => length > 0);
  return (
    held.length === 2 &&
    held.every(({ length }) => length === 1) &&
    held[0]![0] !== held[1]![0]
  );
}

function writers(view: View, object: string): number {
  const stream: Stream | undefined = view.objects[object]?.streams[0];
  return stream?.writers.length ?? 0;
}

function releases(
  before: View,
  { view, step }: Moment,
  object: string | null,
): boolean {
  return living(before, "waiting").some(({ pid, call, descriptors }) => {
    const waits = descriptors.find(({ fd }) => fd === call?.fd)?.object;
    return (
      pid !== step?.pid &&
      (object === null || (waits === object && call?.name === "write")) &&
      view.processes[pid]?.state === "ready"
    );
  });
}

/** The first process failed, and another was killed by the visitor and not by the program. */
function isKilledForNothing({ view, end }: Moment): boolean {
  const { status } = view.processes[1] ?? {};
  const failed = status && "code" in status && status.code !== 0;
  const others = Object.values(view.processes).filter(({ pid }) => pid !== 1);
  return end !== null && !!failed && others.some(isKilled);
}
