import { describe, expect, test } from "vitest";
import { readAddress, writeAddress } from "../src/state/address";
import { NO_EXTRA, withNote, withoutRun, type Extra } from "../src/state/extra";
import { NO_LENS, lanesInSight, toggled } from "../src/state/lens";
import { found, nextOf, textsOf } from "../src/find/find";
import { readTrace } from "../src/state/trace";
import { otherEnd, passingAt } from "../src/timeline/follow";
import { passagesOf } from "../src/timeline/passages";
import { forgottenClose, killedTalker } from "./fixtures/runs";

const there = (extra: Extra) =>
  readAddress(writeAddress({ ...readAddress("#/pipe/x"), extra })).extra;

describe("beside the run, an address", () => {
  test("keeps the lesson, the notes and the manner", () => {
    const extra: Extra = {
      lesson: 4,
      embed: true,
      notes: [
        { step: 3, text: "Look: four ends. Why?\nAnd 50 % & more ~ 看这里" },
        { step: 12, text: "3.14" },
      ],
      lens: {
        detail: "messages",
        time: true,
        shading: true,
        hidden: [3, 12],
        pinned: [2],
      },
    };
    expect(there(extra)).toEqual(extra);
    expect(there(NO_EXTRA)).toEqual(NO_EXTRA);
  });

  test("passes over what it does not understand", () => {
    const odd = "#/pipe/x?lesson=two&embed=yes&note=hello&note=7.here";
    expect(readAddress(odd).extra).toEqual({
      ...NO_EXTRA,
      notes: [{ step: 7, text: "here" }],
    });
  });
});

test("what was not chosen makes no address longer", () => {
  expect(writeAddress({ ...readAddress("#/pipe/x"), extra: NO_EXTRA })).toBe(
    "#/pipe/x",
  );
});

test("another program is looked at without the notes and lanes of the last", () => {
  const lens = { ...NO_LENS, shading: true, hidden: [2], pinned: [3] };
  const extra = { ...NO_EXTRA, lesson: 2, notes: [{ step: 1, text: "a" }] };
  expect(withoutRun({ ...extra, lens })).toEqual({
    ...NO_EXTRA,
    lesson: 2,
    lens: { ...NO_LENS, shading: true },
  });
});

describe("lanes", () => {
  const lanes = [1, 2, 3, 4].map((pid) => ({ members: [{ pid }] }));
  const seen = (hidden: number[], pinned: number[]) =>
    lanesInSight(lanes, { ...NO_LENS, hidden, pinned }).map(
      ({ members }) => members[0]!.pid,
    );

  test("that are pinned stand first, and hidden ones are left out", () => {
    expect(seen([], [])).toEqual([1, 2, 3, 4]);
    expect(seen([1], [3])).toEqual([3, 2, 4]);
    expect(seen([3], [3])).toEqual([1, 2, 4]);
    expect(seen([1, 2, 3, 4], [])).toEqual([1, 2, 3, 4]);
  });

  test("are taken in and out by number", () => {
    expect(toggled([2, 9], 3)).toEqual([2, 3, 9]);
    expect(toggled([2, 3, 9], 3)).toEqual([2, 9]);
  });
});

describe("notes", () => {
  test("stay in order, one at a step, and an empty one is taken away", () => {
    const two = withNote([{ step: 9, text: "b" }], { step: 4, text: " a " });
    expect(two.map(({ step, text }) => [step, text])).toEqual([
      [4, "a"],
      [9, "b"],
    ]);
    expect(withNote(two, { step: 9, text: "c" })[1]!.text).toBe("c");
    expect(withNote(two, { step: 4, text: "" })).toHaveLength(1);
  });
});

describe("find", () => {
  const { trace } = readTrace(forgottenClose(3));
  const texts = textsOf(trace, "en");

  test("wants every word, in whatever order and letters", () => {
    const reads = found(texts, "READ child");
    expect(reads.length).toBe(3);
    for (const step of reads) expect(trace.step(step)!.call).toBe("read");
    expect(found(texts, "read child main")).toEqual([]);
    expect(found(texts, "  ")).toEqual([]);
  });

  test("knows the place in the source", () => {
    expect(found(texts, "forgotten_close.rs:9")).toEqual([2]);
  });

  test("knows who begins to wait, in both languages", () => {
    const waits = found(texts, "waits");
    expect(waits.length).toBeGreaterThan(0);
    expect(found(textsOf(trace, "zh"), "等待中")).toEqual(waits);
  });

  test("goes on to the next one, and around", () => {
    expect(nextOf([3, 7, 9], 7, 1)).toBe(9);
    expect(nextOf([3, 7, 9], 9, 1)).toBe(3);
    expect(nextOf([3, 7, 9], 3, -1)).toBe(9);
    expect(nextOf([3, 7, 9], 5, -1)).toBe(3);
    expect(nextOf([], 5, 1)).toBeNull();
  });
});

describe("a message is followed", () => {
  const { trace } = readTrace(forgottenClose(3));
  const passages = passagesOf(trace);
  const message = passages.find(({ kind }) => kind === "bytes")!;

  test("from its sending to its receipt, and back", () => {
    expect(otherEnd(passages, message.sent, "arrived")).toBe(message.arrived);
    expect(otherEnd(passages, message.arrived!, "sent")).toBe(message.sent);
    expect(otherEnd(passages, message.sent, "sent")).toBeNull();
  });

  test("and told at both", () => {
    expect(passingAt(passages, message.sent)).toContainEqual(message);
    expect(passingAt(passages, message.arrived!)).toContainEqual(message);
    const ended = passagesOf(readTrace(killedTalker()).trace);
    expect(passingAt(ended, 9).map(({ kind }) => kind)).toContain("end");
  });
});
