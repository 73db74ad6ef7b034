// Which of many runs a visitor means: something comes in them, and something else does not come before it.

import type { Sentence } from "../state/format";
import { Trace } from "../state/trace";
import type { Match, Matches, Wanted } from "../worker/messages";
import type { Looked } from "../worker/simulator";
import { wordsOf, type Language } from "../words/words";
import { found, textsOf } from "./find";

/** So many of the runs are told: the shortest. */
const TOLD = 12;

/** Where in a run that comes which is wanted. */
export type Coming =
  | { kind: "never" }
  /** Only after what was not to come before it: at these steps, or at the end, and that at the others. */
  | { kind: "late"; steps: number[]; others: number[] }
  | { kind: "comes"; step: number; sentence: Sentence };

/** Looks through a run that is over. What comes in the same step does not come before. */
export function comingOf(
  trace: Trace,
  troubles: readonly string[],
  { comes, without, language }: Wanted,
): Coming {
  const texts = textsOf(trace, language);
  const end = endOf(trace, troubles, language);
  // The end comes after the last step.
  const all = found([...texts, end], comes);
  const [at] = all;
  if (at === undefined) return { kind: "never" };
  const others = found(texts, without);
  if (others.some((other) => other < at)) {
    const steps = all.filter((step) => step <= trace.last);
    return { kind: "late", steps, others };
  }
  const told = trace.step(at) ?? trace.end;
  return {
    kind: "comes",
    step: Math.min(at, trace.last),
    sentence: told?.sentence ?? { en: "", zh: "" },
  };
}

/** All that can be found of how a run ends, in small letters. */
function endOf(
  { end }: Trace,
  troubles: readonly string[],
  language: Language,
): string {
  const words = wordsOf(language);
  const named = troubles.flatMap((name) => [name, words.troubles[name] ?? ""]);
  return [
    end?.end ?? "",
    end?.sentence.en ?? "",
    end?.sentence[language] ?? "",
    ...(troubles.length === 0 ? [words.outcomeWell] : named),
  ]
    .join(" ")
    .toLowerCase();
}

/** Looks through runs, one after the other, and keeps what was found. */
export class Matching {
  private count = 0;
  private late = 0;
  private shortest: Match[] = [];

  constructor(private readonly wanted: Wanted) {}

  /** What was found so far. */
  get matches(): Matches {
    const { count, late, shortest } = this;
    return { count, late, shortest };
  }

  /** A run is over. */
  take({ lines, troubles, alwaysAfter }: Looked): void {
    const trace = new Trace();
    trace.append(lines);
    const coming = comingOf(trace, troubles, this.wanted);
    if (coming.kind === "late" && !alwaysAfter(coming.steps, coming.others))
      this.late += 1;
    if (coming.kind !== "comes") return;
    this.count += 1;
    const { step, sentence } = coming;
    const schedule = trace.header?.schedule ?? "";
    const match = { schedule, steps: trace.last, step, sentence };
    this.shortest = [...this.shortest, match]
      .sort((one, other) => one.steps - other.steps)
      .slice(0, TOLD);
  }
}
