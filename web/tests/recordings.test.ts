import { describe, expect, test } from "vitest";
import { compared } from "../src/explore/compare";
import { kindsOf } from "../src/export/kinds";
import { initial, withRecorded } from "../src/state/state";
import { readTrace, type Trace } from "../src/state/trace";
import { Recordings, helmOf } from "../src/steer/recordings.svelte";
import { en } from "../src/words/en";
import { zh } from "../src/words/zh";
import { forgottenClose } from "./fixtures/runs";

/** A native run whose first process had this number. */
function native(messages: number, pid: number): Trace {
  const { trace } = readTrace(forgottenClose(messages));
  trace.header!.native = { pids: { 1: pid, 2: pid + 1 } };
  return trace;
}

describe("a recording of a native run", () => {
  test("is shown as any trace, and steered by nothing", () => {
    const state = withRecorded(initial("en"), native(3, 70), "run.jsonl", 2);
    expect(state.step).toBe(2);
    expect(state.branch).toBeNull();
  });

  test("says in both languages why, and what can be steered instead", () => {
    for (const words of [en, zh])
      expect(words.nativeOnly).toContain("wasm32-wasip1");
  });

  test("is taken out as pictures and for other tools, not to be made again", () => {
    const kinds = kindsOf(native(3, 70));
    expect(kinds).toContain("picture");
    expect(kinds).toContain("mermaid");
    expect(kinds).toContain("chrome");
    for (const kind of ["command", "test", "schedule"] as const) {
      expect(kinds).not.toContain(kind);
      expect(kindsOf(readTrace(forgottenClose(3)).trace)).toContain(kind);
    }
  });

  test("is compared with another of the same program", () => {
    const recordings = new Recordings();
    const first = recordings.shown(native(3, 70), "one", () => "1");
    expect(recordings.shown(native(3, 70), "one", () => "1")).toBe(first);
    const second = recordings.shown(native(4, 80), "two", () => "2");
    expect(recordings.beside(second)).toEqual([first]);
    const { shared, rows } = compared(first, second);
    expect(shared).toBeGreaterThan(3);
    expect(rows.find(({ parts }) => parts)?.step).toBe(shared + 1);
  });

  test("ends well if nobody waits for ever", () => {
    expect(helmOf(native(3, 70)).well).toBe(false);
  });
});
