// What an address holds beside the run: the lesson that is open, the notes at steps, and whether the page is a part of
// another one, and how the timeline is looked at. None of it changes which run is shown.

import { NO_LENS, lensFields, readLens, type Lens } from "./lens";

/** A note that somebody left at a step. */
export interface Note {
  step: number;
  text: string;
}

/** Beside the run. */
export interface Extra {
  /** The lesson's number, from 1. */
  lesson: number | null;
  notes: readonly Note[];
  /** Picture, sentence and controls only: for a course's own page. */
  embed: boolean;
  /** How the timeline is looked at. */
  lens: Lens;
}

/** Nothing beside the run. */
export const NO_EXTRA: Extra = {
  lesson: null,
  notes: [],
  embed: false,
  lens: NO_LENS,
};

/** The longest note that is kept: a link has to hold them all. */
export const NOTE_LENGTH = 400;

/** Reads it from the fields of an address. */
export function readExtra(fields: URLSearchParams): Extra {
  const lesson = Number(fields.get("lesson"));
  const notes = fields.getAll("note").flatMap((field) => {
    const [, step, text] = /^(\d{1,9})\.([^]*)$/.exec(field) ?? [];
    return step === undefined ? [] : [{ step: Number(step), text: text ?? "" }];
  });
  return {
    lesson: Number.isInteger(lesson) && lesson > 0 ? lesson : null,
    notes: notes.reduce<readonly Note[]>(withNote, []),
    embed: fields.get("embed") === "1",
    lens: readLens(fields),
  };
}

/** The fields of an address, by name; the inverse of `readExtra`. */
export function extraFields(extra: Extra): [string, string | number][] {
  return [
    ...(extra.lesson === null ? [] : [["lesson", extra.lesson] as const]),
    ...(extra.embed ? [["embed", 1] as const] : []),
    ...lensFields(extra.lens),
    ...extra.notes.map(
      ({ step, text }) => ["note", `${step}.${text}`] as const,
    ),
  ].map(([name, value]) => [name, value]);
}

/** The notes with one more, or another text at its step; an empty one is taken away. They stay in order. */
export function withNote(notes: readonly Note[], note: Note): readonly Note[] {
  const text = note.text.trim().slice(0, NOTE_LENGTH);
  const others = notes.filter(({ step }) => step !== note.step);
  if (text === "") return others;
  return [...others, { ...note, text }].sort((a, b) => a.step - b.step);
}

/** What is left of it when another program is run: notes belong to steps, and lanes to processes. */
export function withoutRun(extra: Extra): Extra {
  const lens = { ...extra.lens, hidden: [], pinned: [] };
  return { ...extra, notes: [], lens };
}
