import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isReached, type Evidence, type Goal } from "../src/lessons/goals";
import {
  manualPage,
  LESSONS,
  lessonOf,
  withLesson,
} from "../src/lessons/lessons";
import { readAddress, writeAddress } from "../src/state/address";
import { momentAt } from "../src/state/moment";
import { readTrace } from "../src/state/trace";
import { lessons as english } from "../src/words/lessons_en";
import { lessons as chinese } from "../src/words/lessons_zh";
import { Model } from "./fixtures/model";
import { forgottenClose, killedTalker, stoppedWriter } from "./fixtures/runs";

const names = LESSONS.map(({ name }) => name);

describe("the lessons", () => {
  test("are ten, and each has its words in both languages", () => {
    expect(names).toHaveLength(10);
    expect(Object.keys(english)).toEqual(names);
    expect(Object.keys(chinese)).toEqual(names);
  });

  test("run programs of the suite", () => {
    const programs = "../../tests/programs/src/";
    for (const { program, sandbox } of LESSONS)
      for (const path of [program, ...sandbox]) {
        const file = new URL(`${programs}${path}.rs`, import.meta.url);
        expect(existsSync(fileURLToPath(file)), path).toBe(true);
      }
  });

  test("have links that fit on a board, and mean the lesson's own run", () => {
    LESSONS.forEach(({ program, step }, index) => {
      const link = `#lesson=${index + 1}&lang=zh`;
      const address = withLesson(readAddress(link));
      expect(address).toMatchObject({ program, step });
      const whole = `https://forktalk.example/page/${writeAddress(address)}`;
      expect(whole.length).toBeLessThanOrEqual(120);
    });
    expect(lessonOf(11)).toBeNull();
    expect(lessonOf(null)).toBeNull();
  });

  test("leave a program that the link names as it is", () => {
    const address = readAddress("#/pipe/other?lesson=3");
    expect(withLesson(address)).toEqual(address);
  });
});

/** The steps of a run at which a goal is reached. */
function reachedAt(text: string, goal: Goal, more: Partial<Evidence> = {}) {
  const { trace } = readTrace(text);
  const steps = Array.from({ length: trace.last + 1 }, (_, step) => step);
  return steps.filter((step) => {
    const moment = momentAt(trace, step);
    const evidence = { program: "pipe/x", trace, moment, proven: null };
    return isReached(goal, { ...evidence, ...more });
  });
}

test("each lesson names pages of the manual", () => {
  for (const { manual } of LESSONS) expect(manual.length).toBeGreaterThan(0);
  expect(manualPage("pipe(7)")).toBe(
    "https://man7.org/linux/man-pages/man7/pipe.7.html",
  );
});

describe("a goal is reached", () => {
  test("when a pipe that was there is gone", () => {
    const goal = { kind: "gone", object: "A" } as const;
    expect(reachedAt(killedTalker(), goal)).toEqual([10]);
    expect(reachedAt(forgottenClose(2), goal)).toEqual([]);
  });

  test("when each holds just the one end that it needs", () => {
    const run = new Model();
    run.pipe(1, 1);
    const child = run.fork(1, "child", 2);
    run.close(child, 4, 3);
    run.close(1, 3, 4);
    run.close(1, 4, 5);
    const goal = { kind: "one end each", object: "A" } as const;
    expect(reachedAt(run.text(), goal)).toEqual([4]);
    const last = { kind: "last close", object: "A" } as const;
    expect(reachedAt(run.text(), last)).toEqual([5]);
  });

  test("when a step lets somebody go on that waited", () => {
    const goal = { kind: "released", object: null } as const;
    const steps = reachedAt(forgottenClose(3), goal);
    expect(steps.length).toBeGreaterThan(0);
    const room = { kind: "released", object: "A" } as const;
    expect(reachedAt(forgottenClose(3), room)).toEqual([]);
  });

  test("when the program hangs, and no other", () => {
    const goal = { kind: "deadlock", program: "pipe/x" } as const;
    const run = stoppedWriter();
    const { trace } = readTrace(run);
    expect(reachedAt(run, goal)).toEqual([trace.last]);
    expect(reachedAt(run, goal, { program: "pipe/y" })).toEqual([]);
  });

  test("when all orders of the repaired program were seen to end well", () => {
    const goal = { kind: "proven", program: "pipe/good" } as const;
    expect(reachedAt(killedTalker(), goal)).toEqual([]);
    const proven = { proven: "pipe/good" };
    expect(reachedAt(killedTalker(), goal, proven)).toHaveLength(11);
  });

  test("when a kill leaves the first process without what it needs", () => {
    const goal = { kind: "killed for nothing", program: "pipe/x" } as const;
    expect(reachedAt(killedTalker(), goal)).toEqual([]);
    const run = new Model();
    const child = run.fork(1, "worker", 1);
    run.kill(child);
    run.exit(1, 101, 2);
    const end = { end: "finished", status: { code: 101 } } as const;
    expect(reachedAt(run.end(end), goal)).toEqual([3]);
  });
});
