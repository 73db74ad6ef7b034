import { describe, expect, test } from "vitest";
import { comingOf, Matching } from "../src/find/matching";
import { readTrace } from "../src/state/trace";
import type { Looked } from "../src/worker/simulator";
import { forgottenClose, killedTalker } from "./fixtures/runs";

/** Where something comes in the forgotten close with one message, with something else not before it. */
function coming(comes: string, without = "", language: "en" | "zh" = "en") {
  const { trace } = readTrace(forgottenClose(1));
  return comingOf(trace, ["deadlock"], { comes, without, language });
}

// Steps: 1 pipe, 2 fork, 3 main closes fd 3, 4 main writes, 5 child reads, 6 child prints, 7 main closes fd 4.
describe("what is wanted in a run", () => {
  test("comes at the first step that has all its words", () => {
    expect(coming("main closes")).toMatchObject({ kind: "comes", step: 3 });
    expect(coming("closes main fd 4")).toMatchObject({
      kind: "comes",
      step: 7,
      sentence: { en: "main (1) closes fd 4." },
    });
    expect(coming("child closes").kind).toBe("never");
  });

  test("does not come if the other came before", () => {
    expect(coming("child reads", "main writes")).toEqual({
      kind: "late",
      steps: [5],
      others: [4],
    });
    expect(coming("main writes", "child reads")).toMatchObject({ step: 4 });
  });

  test("comes if the other comes in the same step, or never", () => {
    expect(coming("main writes", "writes 5 bytes")).toMatchObject({ step: 4 });
    expect(coming("main writes", "is killed")).toMatchObject({ step: 4 });
  });

  test("is nothing if there are no words, and nothing is no obstacle", () => {
    expect(coming("  ").kind).toBe("never");
    expect(coming("child reads", "  ")).toMatchObject({ step: 5 });
  });

  test("may be how the run ends, behind the last step", () => {
    expect(coming("deadlock")).toMatchObject({ kind: "comes", step: 7 });
    expect(coming("nobody can go on")).toMatchObject({
      step: 7,
      sentence: { en: expect.stringMatching(/^Nobody can go on/) as string },
    });
    expect(coming("死锁", "", "zh")).toMatchObject({ step: 7 });
    expect(coming("deadlock", "main closes fd 4")).toEqual({
      kind: "late",
      steps: [],
      others: [7],
    });
    expect(coming("ends well").kind).toBe("never");
  });

  test("is plain words, and no pattern", () => {
    expect(coming("child.*reads").kind).toBe("never");
    expect(coming("main (1)")).toMatchObject({ step: 1 });
  });
});

describe("of many runs", () => {
  /** A run, as the simulator tells it. */
  const run = (text: string, schedule = "0", isFixed = true): Looked => ({
    lines: text
      .replace('"schedule":""', `"schedule":"${schedule}"`)
      .split("\n"),
    troubles: [],
    alwaysAfter: () => isFixed,
  });

  test("the shortest that match are told, and how many there are", () => {
    const matching = new Matching({
      comes: "child reads",
      without: "",
      language: "en",
    });
    for (let messages = 20; messages > 0; messages--)
      matching.take(run(forgottenClose(messages), `0_${messages}`));
    matching.take(run(killedTalker(), "0_k"));
    const { count, late, shortest } = matching.matches;
    expect([count, late, shortest.length]).toEqual([20, 0, 12]);
    expect(shortest[0]).toMatchObject({ schedule: "0_1", steps: 7, step: 5 });
    const steps = shortest.map((each) => each.steps);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  test("those are counted in which it comes too late only as they were made", () => {
    const matching = new Matching({
      comes: "child reads",
      without: "main writes",
      language: "en",
    });
    matching.take(run(forgottenClose(2)));
    expect(matching.matches).toEqual({ count: 0, late: 0, shortest: [] });
    matching.take(run(forgottenClose(2), "0", false));
    expect(matching.matches).toEqual({ count: 0, late: 1, shortest: [] });
  });
});
