// The languages: which there are, and which a visitor most likely reads.

import { en, type Words } from "./en";
import { programs } from "./programs_zh";
import { zh } from "./zh";

export type { Words };

/** A language that the page speaks. */
export type Language = "en" | "zh";

const LANGUAGES: Record<Language, Words> = { en, zh };

/** All words of a language. */
export function wordsOf(language: Language): Words {
  return LANGUAGES[language];
}

/** What a program of the page shows, in one line: its source says it in English. */
export function programLine(
  { path, line }: { path: string; line: string },
  language: Language,
): string {
  return language === "zh" ? (programs[path] ?? line) : line;
}

/** The first of a visitor's languages that the page speaks. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith("zh")) return "zh";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}
