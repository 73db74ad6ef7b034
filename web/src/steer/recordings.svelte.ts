// The recordings of native runs that were opened in this visit, so that they can be laid side by side.
//
// Such a run has nothing to be steered by. To be compared it needs only to say who did what at each step.

import type { Trace } from "../state/trace";
import type { Branch } from "./branches";
import { Helm } from "./helm";

/** A recording, as a run that can be compared. */
export interface Recording extends Branch {
  /** Its file's name. */
  name: string;
  /** The same, to be opened again. */
  file: File;
}

/** All of them, in the order in which they were opened. */
export class Recordings {
  all = $state.raw<Recording[]>([]);

  /** A recording is shown: it is one of those that are there already, or a new one. */
  shown(trace: Trace, name: string, text: () => string): Recording {
    const there = this.all.find((each) => isSame(each.trace, trace));
    if (there) return there;
    const recording: Recording = {
      id: this.all.length + 1,
      parent: null,
      at: 0,
      policy: { kind: "default" },
      trace,
      helm: helmOf(trace),
      name,
      file: new File([text()], name),
    };
    this.all = [...this.all, recording];
    return recording;
  }

  /** The others of the same program. */
  beside(shown: Recording): Recording[] {
    const program = shown.trace.header?.program;
    return this.all.filter(
      (each) => each !== shown && each.trace.header?.program === program,
    );
  }
}

/** Whether two traces tell of the same run: the system's numbers of its processes are no other run's. */
function isSame(a: Trace, b: Trace): boolean {
  const pids = (trace: Trace) => JSON.stringify(trace.header?.native?.pids);
  return a === b || (a.last === b.last && pids(a) === pids(b));
}

/** Who did what at each step, in the place of what was chosen. */
export function helmOf(trace: Trace): Helm {
  const did = trace.steps.map(
    ({ pid, call }) => `${pid}-${(call ?? "").replaceAll(" ", "-")}`,
  );
  const { end } = trace;
  const well =
    end?.end === "finished" &&
    end.status !== null &&
    "code" in end.status &&
    end.status.code === 0;
  return new Helm({ choices: did.join(" "), offers: "", departs: [], well });
}
