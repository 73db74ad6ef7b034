import { beforeEach, expect, test, vi } from "vitest";
import { forget, memoryOf, recall, remember } from "../src/state/memory";

const NOTHING = { answers: {}, reached: [], at: "" };

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

test("what is remembered is there the next time, until it is forgotten", () => {
  expect(recall()).toEqual(NOTHING);
  remember({ answers: { ends: 2 } });
  remember({ reached: ["ends"] });
  remember({ at: "#/pipe/x?step=3" });
  expect(recall()).toEqual({
    answers: { ends: 2 },
    reached: ["ends"],
    at: "#/pipe/x?step=3",
  });
  forget();
  expect(recall()).toEqual(NOTHING);
});

test("a browser that keeps nothing is no trouble", () => {
  const refuse = () => {
    throw new Error("not allowed");
  };
  vi.stubGlobal("localStorage", {
    getItem: refuse,
    setItem: refuse,
    removeItem: refuse,
  });
  remember({ at: "#/pipe/x" });
  forget();
  expect(recall()).toEqual(NOTHING);
});

test("of what somebody else kept there, only what is understood counts", () => {
  expect(memoryOf("hello")).toEqual(NOTHING);
  expect(memoryOf({ at: "javascript:1", reached: "all" })).toEqual(NOTHING);
  expect(
    memoryOf({ answers: { ends: "two", eof: 1 }, reached: [3, "eof"] }),
  ).toEqual({ answers: { eof: 1 }, reached: ["eof"], at: "" });
});
