import { describe, expect, test } from "vitest";
import { outputOf, printedBy } from "../src/panels/output";
import { piecesOf } from "../src/panels/rust";
import { lastPlace, placesOf } from "../src/state/places";
import { isSourceOf, standingAt } from "../src/panels/source";
import { readTrace } from "../src/state/trace";
import { lanesOf, memberAt } from "../src/timeline/lanes";
import { Model } from "./fixtures/model";
import {
  forgottenClose,
  killedTalker,
  manyChildren,
  stoppedWriter,
} from "./fixtures/runs";

describe("the output", () => {
  test("has a line for each printed line, with its step", () => {
    const lines = outputOf(readTrace(forgottenClose(5)).trace);
    expect(lines.map(({ text }) => text)).toEqual(["1", "2", "3", "4", "5"]);
    expect(printedBy(lines, lines[1]!.step)).toBe(2);
    expect(printedBy(lines, lines[1]!.step - 1)).toBe(1);
  });

  test("joins what a process prints in pieces, and keeps processes apart", () => {
    const run = new Model();
    const child = run.fork(1, "child", 2);
    run.print(1, "a", 3);
    run.print(child, "x\ny", 4);
    run.print(1, "b\n\nc", 5);
    const lines = outputOf(readTrace(run.text()).trace);
    expect(lines.map(({ pid, text, step }) => [pid, text, step])).toEqual([
      [1, "ab", 2],
      [2, "x", 3],
      [2, "y", 3],
      [1, "", 4],
      [1, "c", 4],
    ]);
  });
});

describe("the source", () => {
  test("is recognized by the end of its path", () => {
    expect(isSourceOf("a/src/pipe/x.rs", "pipe/x")).toBe(true);
    expect(isSourceOf("pipe/x.rs", "pipe/x")).toBe(true);
    expect(isSourceOf("a/src/mypipe/x.rs", "pipe/x")).toBe(false);
    expect(isSourceOf(null, "pipe/x")).toBe(false);
  });

  test("marks where the living processes stand", () => {
    const { trace } = readTrace(forgottenClose(3));
    const places = placesOf(trace);
    const view = trace.view(trace.last);
    const program = "pipe/forgotten_close";
    expect([...standingAt(view, trace.last, places, program)]).toEqual([
      [18, [{ pid: 1, exact: true }]],
      [11, [{ pid: 2, exact: true }]],
    ]);
    // One that stands nowhere known is where it was last seen.
    view.processes[2] = { ...view.processes[2]!, file: null, line: 0 };
    expect(standingAt(view, trace.last, places, program).get(11)).toEqual([
      { pid: 2, exact: false },
    ]);
    expect(lastPlace(places, 2, 1)).toBeNull();
  });

  test("is cut into pieces that together are the line", () => {
    const lines = [
      '    println!("the \\"child\\" got {n}"); // said',
      "let x: u32 = 0x1f; if a != b { &'static str }",
      "",
    ];
    for (const line of lines)
      expect(
        piecesOf(line)
          .map(({ text }) => text)
          .join(""),
      ).toBe(line);
    const kinds = piecesOf(lines[0]!).map(({ kind }) => kind);
    expect(kinds).toEqual([
      "plain",
      "macro",
      "plain",
      "string",
      "plain",
      "comment",
    ]);
    expect(piecesOf("if a != b").some(({ kind }) => kind === "macro")).toBe(
      false,
    );
  });
});

describe("the lanes", () => {
  test("know birth, death and waiting", () => {
    const [main, worker] = lanesOf(readTrace(killedTalker()).trace);
    expect(main!.marks).toEqual([{ step: 10, kind: "exit" }]);
    expect(worker!.marks).toEqual([
      { step: 2, kind: "fork" },
      { step: 7, kind: "kill" },
    ]);
    const [, child] = lanesOf(readTrace(forgottenClose(3)).trace);
    expect(child!.stretches.map(({ state }) => state)).toEqual([
      "ready",
      "waiting",
      "ready",
      "waiting",
    ]);
  });

  test("show who was stopped as one that waits", () => {
    const [, writer] = lanesOf(readTrace(stoppedWriter()).trace);
    expect(writer!.marks).toEqual([{ step: 2, kind: "fork" }]);
    expect(writer!.stretches.map(({ state }) => state)).toEqual([
      "ready",
      "waiting",
    ]);
  });

  test("are used again where there are many processes", () => {
    const lanes = lanesOf(readTrace(manyChildren(40)).trace);
    expect(lanes.map(({ members }) => members.length)).toEqual([1, 40]);
    expect(memberAt(lanes[1]!, 1).pid).toBe(2);
    expect(memberAt(lanes[1]!, 7).pid).toBe(3);
    const few = lanesOf(readTrace(manyChildren(3)).trace);
    expect(few).toHaveLength(4);
  });
});
