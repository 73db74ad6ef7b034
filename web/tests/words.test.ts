import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "../src/words/en";
import { preferredLanguage, wordsOf } from "../src/words/words";
import { programs } from "../src/words/programs_zh";
import { RUNS } from "../src/words/runs";
import { zh } from "../src/words/zh";

/** Every key with its path and what kind of word it is. */
function keysOf(words: object, path = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    value !== null && typeof value === "object"
      ? keysOf(value as object, `${path}${key}.`)
      : [`${path}${key}: ${typeof value}`],
  );
}

/** Every text of a language; functions are asked with example arguments. */
function textsOf(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === "function")
      return [
        String((value as (...given: unknown[]) => string)(3, 5, "x", "y")),
      ];
    return typeof value === "string" ? [value] : textsOf(value as object);
  });
}

test("both languages have the same words", () => {
  expect(keysOf(zh).sort()).toEqual(keysOf(en).sort());
});

test("no word is empty or left untold", () => {
  for (const text of [...textsOf(en), ...textsOf(zh), ...textsOf(RUNS)]) {
    expect(text.trim()).not.toBe("");
    expect(text).not.toContain("undefined");
  }
});

test("the Chinese words are Chinese", () => {
  const latin = [...textsOf(zh), ...textsOf(RUNS.zh)].filter(
    (text) => !/[一-鿿]/.test(text),
  );
  expect(latin).toEqual(["fd", "+3"]);
});

test("each program of the page is told in Chinese, and no other", () => {
  const list = new URL("../generated/programs.json", import.meta.url);
  const known = JSON.parse(readFileSync(list, "utf8")) as { path: string }[];
  const paths = known.map(({ path }) => path);
  expect(Object.keys(programs).sort()).toEqual(paths.sort());
});

test("a visitor's first language that the page speaks is chosen", () => {
  expect(preferredLanguage(["fr", "zh-TW", "en"])).toBe("zh");
  expect(preferredLanguage(["en-GB", "zh"])).toBe("en");
  expect(preferredLanguage(["fr"])).toBe("en");
  expect(wordsOf("zh")).toBe(zh);
});
