// Which steps a visitor means by a few words: `child read`, `queue full`, `waits`, `main.rs:14`.

import type { Process, QueueView, Step, Thing } from "../state/format";
import type { Trace } from "../state/trace";
import { placeOf } from "../picture/card";
import { wordsOf, type Language } from "../words/words";

/** All that can be found of each step, in small letters; `texts[n]` is of step n + 1. */
export function textsOf(trace: Trace, language: Language): string[] {
  const told = new Told(trace, language);
  return trace.steps.map((step) => told.of(step).toLowerCase());
}

/** The steps in whose text every one of the words stands. */
export function found(texts: readonly string[], query: string): number[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return texts.flatMap((text, index) =>
    wanted.every((word) => text.includes(word)) ? [index + 1] : [],
  );
}

/** The next of these steps behind one, or before it; from the other end if there is none. */
export function nextOf(
  steps: readonly number[],
  step: number,
  by: 1 | -1,
): number | null {
  const next =
    by === 1
      ? steps.find((each) => each > step)
      : steps.findLast((each) => each < step);
  return next ?? (by === 1 ? steps[0] : steps.at(-1)) ?? null;
}

/** Tells steps one after the other: who begins to wait, and what is full now, show only beside the step before. */
class Told {
  private readonly processes = new Map<number, Process["state"]>();

  constructor(
    trace: Trace,
    private readonly language: Language,
  ) {
    for (const { pid, state } of Object.values(trace.view(0).processes))
      this.processes.set(pid, state);
  }

  of(step: Step): string {
    const { pid, process, call, choice, file, line, sentence } = step;
    const words = wordsOf(this.language);
    return [
      `${process} (${pid})`,
      call ?? "",
      choice === "go" ? "" : choice,
      placeOf(file, line),
      sentence.en,
      sentence[this.language],
      step.output?.text ?? "",
      ...this.states(step).flatMap((state) => [state, words.state[state]]),
      ...fullOf(step).map((name) => `${name} full ${words.full}`),
    ].join(" ");
  }

  /** The states that processes come into. */
  private states(step: Step): Process["state"][] {
    return Object.values(step.view.processes ?? {}).flatMap((process) => {
      if (!process) return [];
      const before = this.processes.get(process.pid);
      this.processes.set(process.pid, process.state);
      return process.state === before || process.state === "ready"
        ? []
        : [process.state];
    });
  }
}

/** What a step leaves full: `pipe A`, `queue B`. */
function fullOf({ view }: Step): string[] {
  const things = Object.values(view.objects ?? {}).filter(
    (thing): thing is Thing =>
      thing?.streams.some(({ bytes, capacity }) => bytes >= capacity) ?? false,
  );
  const queues = Object.values(view.queues ?? {}).filter(
    (queue): queue is QueueView =>
      queue?.bound !== undefined && queue.items >= queue.bound,
  );
  return [
    ...things.map(({ kind, name }) => `${kind} ${name}`),
    ...queues.map(({ name }) => `queue ${name}`),
  ];
}
