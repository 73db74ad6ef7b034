// Who could go next, and who could not and why; and what could go wrong instead.

import type { Call, Process } from "../state/format";
import { isOver, processesOf, type Moment } from "../state/moment";
import { isBreak, type Choice } from "./choice";
import type { Helm } from "./helm";

/** A process at a moment. */
export interface Option {
  process: Process;
  call: Call | null;
  /** The choice that lets it go; nothing if it cannot. */
  choice: Choice | null;
  /** Whether the run went on so. */
  went: boolean;
}

/** The processes that have not ended, those that could go first. */
export function optionsAt(moment: Moment, helm: Helm): Option[] {
  const offers = helm.after(moment.number);
  const goes = offers.filter((choice) => !isBreak(choice));
  // Time is up for somebody only where nobody can go: before that it is a fault.
  const turns =
    goes.length > 0 ? goes : offers.filter(({ act }) => act === "timeout");
  const next = helm.choices[moment.number];
  return processesOf(moment.view)
    .filter((process) => !isOver(process))
    .map((process) => {
      const choice = turns.find(({ pid }) => pid === process.pid) ?? null;
      const went = choice !== null && choice.text === next;
      return { process, call: process.call, choice, went };
    })
    .sort((a, b) => Number(b.choice !== null) - Number(a.choice !== null));
}

/** What could go wrong at a moment, by process. */
export function breaksAt(
  moment: Moment,
  helm: Helm,
): { process: Process; choices: Choice[] }[] {
  const turns = new Set(
    optionsAt(moment, helm).map(({ choice }) => choice?.text),
  );
  const breaks = helm
    .after(moment.number)
    .filter((choice) => isBreak(choice) && !turns.has(choice.text));
  return processesOf(moment.view).flatMap((process) => {
    const choices = breaks.filter(({ pid }) => pid === process.pid);
    return choices.length > 0 ? [{ process, choices }] : [];
  });
}
