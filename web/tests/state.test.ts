import { describe, expect, test } from "vitest";
import {
  onThisHost,
  parseSeed,
  readAddress,
  writeAddress,
  type Address,
} from "../src/state/address";
import { NO_EXTRA } from "../src/state/extra";
import {
  addressOf,
  atStep,
  initial,
  titleOf,
  withRecorded,
  withTrace,
} from "../src/state/state";
import { readTrace } from "../src/state/trace";
import { forgottenClose } from "./fixtures/runs";

describe("an address", () => {
  const bare = { file: null, arguments: [], who: null };
  const addresses: Address[] = [
    {
      program: "pipe/forgotten_close",
      policy: { kind: "seed", seed: 7 },
      ...bare,
      trace: null,
      step: 12,
      language: "zh",
      extra: NO_EXTRA,
    },
    {
      program: "duplex/ping_pong",
      policy: { kind: "default" },
      ...bare,
      trace: null,
      step: null,
      language: null,
      extra: NO_EXTRA,
    },
    {
      program: "pipe/two_siblings",
      policy: { kind: "schedule", schedule: "1-linux-7_1.7.2" },
      ...bare,
      trace: null,
      step: 0,
      language: "en",
      extra: NO_EXTRA,
    },
    {
      program: null,
      policy: { kind: "default" },
      ...bare,
      trace: "traces/a b&c.jsonl",
      step: 3,
      language: "en",
      extra: NO_EXTRA,
    },
  ];

  test("reads back what was written", () => {
    for (const address of addresses)
      expect(readAddress(writeAddress(address))).toEqual(address);
  });

  test("holds arguments, a file of one's own and the chosen process", () => {
    const address: Address = {
      program: null,
      policy: { kind: "schedule", schedule: "1-linux-0_1.7.k2" },
      trace: null,
      file: { name: "my own.wasm", hash: "3fa90c11b2d4" },
      arguments: ["3", "fast"],
      who: 2,
      step: 8,
      language: null,
      extra: NO_EXTRA,
    };
    const text = writeAddress(address);
    expect(text).toBe(
      "#file=my+own.wasm&hash=3fa90c11b2d4&args=3+fast&do=0_1.7.k2&who=2&step=8",
    );
    expect(readAddress(text)).toEqual(address);
  });

  test("writes usual schedules short, and reads them long too", () => {
    const long = "#/pipe/eof?schedule=1-linux-7_1.7.2&seed=7";
    const { policy } = readAddress(long);
    expect(policy).toEqual({ kind: "schedule", schedule: "1-linux-7_1.7.2" });
    const written = writeAddress(readAddress(long));
    expect(written).toBe("#/pipe/eof?do=7_1.7.2");
    expect(readAddress(written).policy).toEqual(policy);
    const posix = "1-posix-fine-7_1.7.2x1";
    const unusual = readAddress(`#/pipe/eof?schedule=${posix}`);
    expect(writeAddress(unusual)).toBe(`#/pipe/eof?schedule=${posix}`);
  });

  test("stays readable, and short enough for a slide", () => {
    const text = writeAddress(addresses[0]!);
    expect(text).toBe("#/pipe/forgotten_close?seed=7&step=12&lang=zh");
    for (const address of addresses)
      expect(writeAddress(address).length).toBeLessThan(100);
  });

  test("that is typed wrong means what can be understood of it", () => {
    expect(readAddress("")).toEqual({
      program: null,
      policy: { kind: "default" },
      ...bare,
      trace: null,
      step: null,
      language: null,
      extra: NO_EXTRA,
    });
    const odd = readAddress("#/pipe/%zz?seed=-1&step=x&lang=fr");
    expect(odd.program).toBe("pipe/%zz");
    expect(odd.policy).toEqual({ kind: "default" });
    expect(odd.step).toBeNull();
    expect(odd.language).toBeNull();
  });

  test("takes whole seeds only", () => {
    expect(parseSeed(" 42 ")).toBe(42);
    for (const text of ["", "-1", "1.5", "1e3", "9".repeat(16), null])
      expect(parseSeed(text)).toBeNull();
  });
});

describe("the state", () => {
  const { trace } = readTrace(forgottenClose(3));

  test("stays within the steps of the run", () => {
    const state = withTrace(initial("en"), trace, null);
    expect(state.step).toBe(trace.last - 1);
    expect(atStep(state, 1e9).step).toBe(trace.last);
    expect(atStep(state, -5).step).toBe(0);
    expect(atStep(state, state.step)).toBe(state);
  });

  test("is named whole by its address", () => {
    const chosen = {
      ...initial("en"),
      program: "pipe/forgotten_close",
      policy: { kind: "seed" as const, seed: 7 },
    };
    const state = withTrace(chosen, trace, 4);
    expect(addressOf(state)).toBe(
      "#/pipe/forgotten_close?seed=7&step=4&lang=en",
    );
  });

  test("of a fetched trace is named by where it lies", () => {
    const state = withRecorded(initial("zh"), trace, "a.jsonl", 2);
    expect(addressOf(state)).toBe("#trace=a.jsonl&step=2&lang=zh");
  });

  test("gives the tab a title with program, outcome and step", () => {
    const state = withTrace(initial("en"), trace, 4);
    expect(titleOf(state, "Deadlock")).toBe(
      `pipe/forgotten_close · Deadlock · 4/${trace.last} · forktalk`,
    );
    expect(titleOf(initial("en"), null)).toBe("forktalk");
  });
});

test("a trace is fetched from the page's own host only", () => {
  const page = "https://here.example/forktalk/#/pipe/x";
  expect(onThisHost("a.jsonl", page)).toBe(
    "https://here.example/forktalk/a.jsonl",
  );
  expect(onThisHost("https://elsewhere.example/a.jsonl", page)).toBeNull();
  expect(onThisHost("https://", page)).toBeNull();
});
