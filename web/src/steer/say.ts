// Choices in words.

import type { View } from "../state/format";
import type { Trace } from "../state/trace";
import type { Words } from "../words/words";
import type { Branch } from "./branches";
import { choiceOf, type Choice } from "./choice";

/** A process by name and number: `child (2)`. */
export function nameOf(pid: number, view: View): string {
  const name = view.processes[pid]?.name;
  return name ? `${name} (${pid})` : String(pid);
}

/** What happens by a choice that is not the usual one: `child (2) goes first`. */
export function markText(choice: Choice, name: string, words: Words): string {
  if (choice.act !== "go") return words.markOf[choice.act](name);
  return choice.grant === null
    ? words.markOf.go(name)
    : words.markOf.short(name, choice.grant);
}

/** What makes a branch another run than its parent. */
export function branchText({ at, trace, helm }: Branch, words: Words): string {
  const choice = helm.choices[at - 1];
  if (choice === undefined) return words.stepAt(at - 1);
  return words.branchAt(at, turnText(choice, trace, at, words));
}

/** What was chosen at a step. */
export function turnText(
  choice: string,
  trace: Trace,
  step: number,
  words: Words,
): string {
  const made = choiceOf(choice);
  return markText(made, nameOf(made.pid, trace.view(step - 1)), words);
}
