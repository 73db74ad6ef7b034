// The marks that a visitor, or a schedule, has put into a run: the steps at which something else happened than by the
// default policy.

import type { Trace } from "../state/trace";
import { choiceOf, isBreak, type Choice } from "./choice";
import type { Helm } from "./helm";

/** A mark in a run. */
export interface Mark {
  step: number;
  choice: Choice;
  /** The process's name. */
  name: string;
  /** Whether it breaks something. */
  breaks: boolean;
}

/** More than this many marks come from dice, and not from a person: they are not listed. */
export const MOST_MARKS = 40;

/** The marks of a run, in order. */
export function marksOf(trace: Trace, helm: Helm): Mark[] {
  return helm.departs.map((step) => {
    const choice = choiceOf(helm.choices[step - 1] ?? "");
    const { processes } = trace.view(step - 1);
    const name = processes[choice.pid]?.name ?? "";
    return { step, choice, name, breaks: isBreak(choice) };
  });
}
