// What a learner has answered and reached in this visit.

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { LESSONS } from "./lessons";

/** A learner's state, by the names of lessons. */
export class Learner {
  readonly answers = new SvelteMap<string, number>();
  readonly reached = new SvelteSet<string>();

  /** Whether something is still to be predicted in the lesson of this number: nothing may tell it before. */
  predicts(number: number | null): boolean {
    const lesson = LESSONS[(number ?? 0) - 1];
    return lesson !== undefined && !this.answers.has(lesson.name);
  }

  /** Whether the goal of the lesson of this number was reached. */
  isDone(number: number | null): boolean {
    return this.reached.has(LESSONS[(number ?? 0) - 1]?.name ?? "");
  }
}
