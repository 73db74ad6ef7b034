// A choice, as schedules write it: `2` process 2 goes, `2x1` with one byte only, `k2` it is killed, `t2` its time is up.

/** What happens to a process, and how many bytes its read or write is granted at most. */
export interface Choice {
  act: Act;
  pid: number;
  grant: number | null;
  /** As schedules write it. */
  text: string;
}

/** What can happen to a process. */
export type Act = "go" | "timeout" | "kill" | "fail" | "interrupt" | "stop";

const ACTS: Record<string, Act> = {
  "": "go",
  t: "timeout",
  k: "kill",
  e: "fail",
  i: "interrupt",
  s: "stop",
};

/** Reads a choice. */
export function choiceOf(text: string): Choice {
  const [, mark, pid, grant] = /^([tkeis]?)(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  return {
    act: ACTS[mark ?? ""]!,
    pid: Number(pid),
    grant: grant === undefined ? null : Number(grant),
    text,
  };
}

/** What a schedule breaks, in order. */
export function faultsOf(schedule: string): Choice[] {
  const [, ...departures] = schedule.split("_");
  return departures
    .map((departure) => choiceOf(departure.split(".").at(-1)!))
    .filter(isBreak);
}

/** Whether it breaks something, and is not only somebody's turn. */
export function isBreak({ act, grant }: Choice): boolean {
  return act !== "go" || grant !== null;
}
