// What a run can be steered by: what was chosen at each step, and what could have been.

import type { Steering } from "../worker/messages";
import { choiceOf, type Choice } from "./choice";

/** The choices of a run that was made here. */
export class Helm {
  /** `choices[n]` is the choice of step n + 1. */
  readonly choices: readonly string[];
  /** The steps at which something else was chosen than by the default policy, in order. */
  readonly departs: readonly number[];
  /** Whether nothing failed. */
  readonly well: boolean;
  /** The step at which the schedule no longer fitted; nothing: it did. */
  readonly diverged: number | null;
  private readonly offers: readonly string[];

  constructor(steering: Steering) {
    this.choices = wordsIn(steering.choices);
    this.departs = steering.departs;
    this.well = steering.well;
    this.diverged = steering.diverged ?? null;
    this.offers = steering.offers.split("\n");
  }

  /** What could be chosen after so many steps. */
  after(steps: number): Choice[] {
    return wordsIn(this.offers[steps] ?? "").map(choiceOf);
  }

  /** The choices of the first so many steps, and this one, as a run is asked for. */
  upTo(steps: number, choice: string): string {
    return [...this.choices.slice(0, steps), choice].join(" ");
  }

  /** For how many steps two runs are one. */
  sharedWith(other: Helm): number {
    const shorter = Math.min(this.choices.length, other.choices.length);
    for (let step = 0; step < shorter; step += 1)
      if (this.choices[step] !== other.choices[step]) return step;
    return shorter;
  }

  /** Whether they are the same run. */
  equals(other: Helm): boolean {
    const { length } = this.choices;
    return length === other.choices.length && this.sharedWith(other) === length;
  }
}

/** A schedule without the departure that was taken at a step; nothing if none was. */
export function scheduleWithout(
  schedule: string,
  helm: Helm,
  step: number,
): string | null {
  const index = helm.departs.indexOf(step);
  const [head = "", ...departures] = schedule.split("_");
  if (index < 0 || index >= departures.length) return null;
  departures.splice(index, 1);
  return [head, ...departures].join("_");
}

function wordsIn(text: string): string[] {
  return text === "" ? [] : text.trim().split(" ");
}
