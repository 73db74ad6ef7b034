// What the page remembers in this browser from visit to visit: the lessons, and where one was. Nothing else, and nowhere
// else. Browsers may refuse to keep anything: then every visit is the first.

const KEY = "forktalk";

/** What is remembered. */
export interface Memory {
  /** The answers to lessons, by their names. */
  answers: Record<string, number>;
  /** The lessons whose goal was reached. */
  reached: string[];
  /** The address of what was shown last; empty: there was nothing that could be shown again. */
  at: string;
}

/** What is remembered from earlier visits. */
export function recall(): Memory {
  try {
    return memoryOf(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return memoryOf(null);
  }
}

/** Remembers something more. */
export function remember(change: Partial<Memory>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...change }));
  } catch {
    // Not allowed, or full.
  }
}

/** Forgets all of it. */
export function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Then there is nothing either.
  }
}

/** What is understood of what was kept: an older page may have kept something else. */
export function memoryOf(kept: unknown): Memory {
  const { answers, reached, at } = (kept ?? {}) as Partial<
    Record<keyof Memory, unknown>
  >;
  const given = Object.entries(Object(answers) as object).filter(
    (entry): entry is [string, number] => Number.isInteger(entry[1]),
  );
  return {
    answers: Object.fromEntries(given),
    reached: Array.isArray(reached)
      ? reached.filter((name) => typeof name === "string")
      : [],
    at: typeof at === "string" && at.startsWith("#") ? at : "",
  };
}
