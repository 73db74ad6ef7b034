// What a learner has answered and reached, in this visit and in those before.

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { forget, recall, remember } from "../state/memory";
import { LESSONS } from "./lessons";

/** A learner's state, by the names of lessons. */
export class Learner {
  readonly answers = new SvelteMap<string, number>();
  readonly reached = new SvelteSet<string>();

  constructor() {
    const { answers, reached } = recall();
    for (const [name, answer] of Object.entries(answers))
      this.answers.set(name, answer);
    for (const name of reached) this.reached.add(name);
  }

  /** Answers a lesson's question. */
  answer(name: string, answer: number): void {
    this.answers.set(name, answer);
    remember({ answers: Object.fromEntries(this.answers) });
  }

  /** Reaches a lesson's goal. */
  reach(name: string): void {
    this.reached.add(name);
    remember({ reached: [...this.reached] });
  }

  /** Begins anew: nothing is remembered of any visit. */
  forget(): void {
    this.answers.clear();
    this.reached.clear();
    forget();
  }

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
