// The page's state: one value. Everything that is shown derives from it; it changes only by the functions here.

import type { Language } from "../words/words";
import { writeAddress, type Address, type Policy } from "./address";
import { NO_EXTRA, type Extra } from "./extra";
import type { FileName, OwnFile } from "./file";
import type { Sentence } from "./format";
import { named } from "../steer/begun";
import { grow, type Branch } from "../steer/branches";
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
  | { kind: "noLongerFits"; step: number }
  | { kind: "noProgram" | "notFetched" | "otherFile"; name: string }
  | { kind: "told"; sentence: Sentence };

/** All that the page knows. */
export interface State {
  programs: Program[];
  /** The program that is chosen, and who goes next when it is run. */
  program: string | null;
  policy: Policy;
  /** The visitor's own module, if that is what is run; then `program` is its name. */
  own: OwnFile | null;
  /** What the program is given. */
  arguments: string[];
  /** A file that the address names and that is not there. */
  wanted: FileName | null;
  /** What the run that is shown was made by: the choice above may have changed since. */
  shown: Shown;
  /** The runs of this program that were made in this visit, and which of them is shown; nothing: it is a recording. */
  branches: Branch[];
  branch: Branch | null;
  /** The process that is chosen. */
  who: number | null;
  /** The run that is shown: whole, or as far as it came before it was stopped. */
  trace: Trace | null;
  /** Where the trace came from, if not from a run of this page: fetched from beside it, or a visitor's file. */
  recorded: string | FileName | null;
  step: number;
  /** A run that branches off, up to its first step of its own: that is shown before the rest of it is there. */
  glimpse: Trace | null;
  language: Language;
  /** The lesson, the notes, the manner. */
  extra: Extra;
  problem: Problem | null;
}

/** What a run was made by. */
export interface Shown {
  program: string | null;
  policy: Policy;
  own: OwnFile | null;
  arguments: string[];
}

/** The state before anything was loaded. */
export function initial(language: Language): State {
  return {
    programs: [],
    program: null,
    policy: { kind: "default" },
    own: null,
    arguments: [],
    wanted: null,
    shown: {
      program: null,
      policy: { kind: "default" },
      own: null,
      arguments: [],
    },
    branches: [],
    branch: null,
    who: null,
    trace: null,
    recorded: null,
    step: 0,
    glimpse: null,
    language,
    extra: NO_EXTRA,
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
  const { program, policy, own, arguments: given } = state;
  const shown = { program, policy, own, arguments: given };
  const next = {
    ...state,
    shown,
    branch: null,
    trace,
    step: -1,
    glimpse: null,
    wanted: null,
  };
  return atStep(next, step ?? bestStep(trace));
}

/** Shows a run of the chosen program: it joins the branches, unless another program was run before. */
export function withRun(
  state: State,
  run: Pick<Branch, "policy" | "trace" | "helm">,
  step: number | null,
): State {
  const { program, own, arguments: given, shown } = state;
  const goesOn =
    program === shown.program &&
    own === shown.own &&
    given.join(" ") === shown.arguments.join(" ");
  const known = goesOn ? state.branches : [];
  const policy = named(run, known);
  const { branches, branch } = grow(known, { ...run, policy });
  const { diverged } = run.helm;
  const problem: Problem | null =
    diverged === null
      ? state.problem
      : { kind: "noLongerFits", step: diverged };
  return withBranch({ ...state, branches, problem }, branch, step);
}

/** Shows a branch. */
export function withBranch(
  state: State,
  branch: Branch,
  step: number | null,
): State {
  const { policy, trace } = branch;
  const next = withTrace({ ...state, policy, recorded: null }, trace, step);
  return { ...next, branch };
}

/** Shows a trace that was not made by running a program here. */
export function withRecorded(
  state: State,
  trace: Trace,
  recorded: State["recorded"],
  step: number | null,
): State {
  const { program, schedule } = trace.header ?? {};
  const policy: Policy = schedule
    ? { kind: "schedule", schedule }
    : { kind: "default" };
  return withTrace(
    {
      ...state,
      program: program ?? null,
      policy,
      own: null,
      arguments: [],
      branches: [],
      recorded,
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
  const { shown, recorded, wanted } = state;
  const common = {
    who: state.who,
    step: state.trace ? state.step : null,
    language: state.language,
    extra: state.extra,
  };
  const nothing: Address = {
    program: null,
    policy: { kind: "default" },
    trace: null,
    file: null,
    arguments: [],
    ...common,
  };
  if (wanted) return writeAddress({ ...nothing, file: wanted, step: null });
  if (typeof recorded === "string")
    return writeAddress({ ...nothing, trace: recorded });
  if (recorded !== null) return writeAddress({ ...nothing, file: recorded });
  return writeAddress({
    ...nothing,
    program: shown.own ? null : shown.program,
    file: shown.own,
    policy: shown.policy,
    arguments: shown.arguments,
  });
}

/** Whether two addresses name the same run, whatever step and language. */
export function sameRun(a: Address, b: Address): boolean {
  const bare = (address: Address) =>
    writeAddress({
      ...address,
      who: null,
      step: null,
      language: null,
      extra: NO_EXTRA,
    });
  return bare(a) === bare(b);
}

/** The title of the tab: program, outcome, step. */
export function titleOf(state: State, outcome: string | null): string {
  const parts = [state.trace?.header?.program ?? state.program, outcome];
  if (state.trace) parts.push(`${state.step}/${state.trace.last}`);
  return [...parts.filter(Boolean), "forktalk"].join(" · ");
}
