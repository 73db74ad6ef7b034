// The page's state: one value. Everything that is shown derives from it; it changes only by the functions here.

import type { Language } from "../words/words";
import { writeAddress, type Address, type Policy } from "./address";
import type { Sentence } from "./format";
import { bestStep } from "./moment";
import type { Trace } from "./trace";

/** A program that this page can run, with its source. */
export interface Program {
  path: string;
  /** What it shows, in one line. */
  line: string;
  source: string;
}

/** What went wrong, as the words have it, or as a sentence from elsewhere. */
export type Problem =
  | {
      kind:
        "noPrograms" | "noSuspending" | "notTrace" | "newerTrace" | "failed";
    }
  | { kind: "brokenTrace"; line: number }
  | { kind: "noProgram" | "notFetched"; name: string }
  | { kind: "told"; sentence: Sentence };

/** All that the page knows. */
export interface State {
  programs: Program[];
  /** The program that is chosen, and who goes next when it is run. */
  program: string | null;
  policy: Policy;
  /** What the run that is shown was made by: the choice above may have changed since. */
  shown: { program: string | null; policy: Policy };
  /** The run that is shown: whole, or as far as it came before it was stopped. */
  trace: Trace | null;
  /** Where the trace was fetched from, if not from a run of this page. */
  recorded: string | null;
  step: number;
  language: Language;
  /** How many steps the run that is under way has made; nothing if none is. */
  running: number | null;
  problem: Problem | null;
}

/** The state before anything was loaded. */
export function initial(language: Language): State {
  return {
    programs: [],
    program: null,
    policy: { kind: "default" },
    shown: { program: null, policy: { kind: "default" } },
    trace: null,
    recorded: null,
    step: 0,
    language,
    running: null,
    problem: null,
  };
}

/** What the page opens on: the mistake that everybody makes. */
export const OPENING = "pipe/forgotten_close";

/** Goes to a step; beyond either end is that end. */
export function atStep(state: State, step: number): State {
  const last = state.trace?.last ?? 0;
  const wanted = Math.max(0, Math.min(Math.round(step), last));
  return wanted === state.step ? state : { ...state, step: wanted };
}

/** Shows a trace, at the step that was asked for or where it is best looked at. */
export function withTrace(
  state: State,
  trace: Trace,
  step: number | null,
): State {
  const { program, policy } = state;
  const shown = { ...state, shown: { program, policy }, trace, step: -1 };
  return atStep(shown, step ?? bestStep(trace));
}

/** Shows a trace that was not made by running a program here. */
export function withRecorded(
  state: State,
  trace: Trace,
  recorded: string | null,
  step: number | null,
): State {
  const { program, schedule, seed } = trace.header ?? {};
  const policy: Policy = schedule
    ? { kind: "schedule", schedule, seed: seed ?? null }
    : { kind: "default" };
  return withTrace(
    {
      ...state,
      program: program ?? null,
      policy,
      recorded,
      running: null,
      problem: null,
    },
    trace,
    step,
  );
}

/** Programs by theme: the part of the path before the first slash. */
export function themesOf(programs: Program[]): [string, Program[]][] {
  const themes = new Map<string, Program[]>();
  for (const program of programs) {
    const theme = program.path.split("/")[0] ?? "";
    themes.set(theme, [...(themes.get(theme) ?? []), program]);
  }
  return [...themes];
}

/** The address of a state. */
export function addressOf(state: State): string {
  const { shown, recorded } = state;
  return writeAddress({
    program: recorded === null ? shown.program : null,
    policy: recorded === null ? shown.policy : { kind: "default" },
    trace: recorded,
    step: state.trace ? state.step : null,
    language: state.language,
  });
}

/** Whether two addresses name the same run, whatever step and language. */
export function sameRun(a: Address, b: Address): boolean {
  const bare = (address: Address) =>
    writeAddress({ ...address, step: null, language: null });
  return bare(a) === bare(b);
}

/** The title of the tab: program, outcome, step. */
export function titleOf(state: State, outcome: string | null): string {
  const parts = [state.trace?.header?.program ?? state.program, outcome];
  if (state.trace) parts.push(`${state.step}/${state.trace.last}`);
  return [...parts.filter(Boolean), "forktalk"].join(" · ");
}
