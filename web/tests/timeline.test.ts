import { describe, expect, test } from "vitest";
import { readTrace, type Trace } from "../src/state/trace";
import {
  columnsOf,
  fittingDetail,
  placed,
  stepOver,
  xOf,
  type Detail,
} from "../src/timeline/columns";
import { lanesOf } from "../src/timeline/lanes";
import { coneOf, relationOf } from "../src/timeline/order";
import { landmarksOf, thinned } from "../src/timeline/overview";
import { passagesOf } from "../src/timeline/passages";
import { countBetween, sceneOf } from "../src/timeline/scene";
import { Model } from "./fixtures/model";
import {
  crowd,
  forgottenClose,
  killedTalker,
  manyChildren,
} from "./fixtures/runs";

const read = (text: string) => readTrace(text).trace;

function cut(trace: Trace, detail: Detail) {
  return columnsOf(trace, lanesOf(trace), passagesOf(trace), detail);
}

describe("what passes", () => {
  test("is a fork, and each message with where it lay and how long", () => {
    const passages = passagesOf(read(forgottenClose(2)));
    const told = passages.map(
      ({ kind, from, to, sent, arrived, through, amount }) =>
        `${kind} ${from}→${to} ${sent}..${arrived} ${through} ${amount}`,
    );
    expect(told).toEqual([
      "fork 1→2 2..2  0",
      "bytes 1→2 4..6 A 5",
      "bytes 1→2 5..8 A 5",
    ]);
  });

  test("is what was never read, too", () => {
    const left = passagesOf(read(killedTalker())).filter(
      ({ arrived }) => arrived === null,
    );
    expect(left.map(({ from, amount }) => [from, amount])).toEqual([[1, 9]]);
  });

  test("is the end that a parent waits for", () => {
    const ends = passagesOf(read(killedTalker())).filter(
      ({ kind }) => kind === "end",
    );
    expect(ends).toMatchObject([{ from: 2, to: 1, sent: 7, arrived: 9 }]);
  });

  test("is the last close, to who reads end-of-file", () => {
    const run = new Model();
    run.pipe(1, 1);
    const child = run.fork(1, "child", 2);
    run.close(child, 4, 3);
    run.close(1, 4, 4);
    run.stands(child, 5, { name: "read", fd: 3, bytes: 4 });
    run.print(1, "meanwhile", 6);
    run.read(child, 3, 5);
    const closings = passagesOf(read(run.text())).filter(
      ({ kind }) => kind === "closing",
    );
    expect(closings).toMatchObject([
      { from: 1, to: 2, sent: 4, arrived: 6, through: "A" },
    ]);
  });
});

describe("before and after", () => {
  const trace = read(forgottenClose(3));
  const passages = passagesOf(trace);

  test("a message puts its sending, and all before that, before its receipt", () => {
    const receipt = passages.find(({ kind }) => kind === "bytes")!;
    const cone = coneOf(trace.steps, passages, receipt.arrived!);
    expect(cone.until.get(1)).toBe(receipt.sent);
    expect(relationOf(cone, 1, 1)).toBe("before");
    expect(relationOf(cone, 1, receipt.sent + 1)).toBe("concurrent");
    expect(relationOf(cone, 2, receipt.arrived!)).toBe("chosen");
    expect(relationOf(cone, 2, receipt.arrived! + 1)).toBe("after");
  });

  test("a fork puts all of the child after it", () => {
    const cone = coneOf(trace.steps, passages, 2);
    const kinds = trace.steps
      .filter(({ pid }) => pid === 2)
      .map(({ pid, step }) => relationOf(cone, pid, step));
    expect(new Set(kinds)).toEqual(new Set(["after"]));
  });

  test("agree with each other, whichever of two steps is chosen", () => {
    const run = read(crowd(3, 30));
    const passed = passagesOf(run);
    const cones = run.steps.map(({ step }) => coneOf(run.steps, passed, step));
    for (const a of run.steps)
      for (const b of run.steps) {
        const one = relationOf(cones[a.step - 1]!, b.pid, b.step);
        const other = relationOf(cones[b.step - 1]!, a.pid, a.step);
        const turned = { before: "after", after: "before" } as const;
        expect(other).toBe(one in turned ? turned[one as "before"] : one);
      }
  });
});

describe("the columns", () => {
  const trace = read(crowd(4, 200));

  test("hold every step once, at every degree of detail", () => {
    for (const detail of ["turns", "messages", "all"] as const) {
      const columns = cut(trace, detail);
      let next = 0;
      for (const { from, to } of columns) {
        expect(from).toBe(next);
        next = to + 1;
      }
      expect(next).toBe(trace.last + 1);
    }
  });

  test("grow in number with the detail", () => {
    const [turns, messages, all] = (["turns", "messages", "all"] as const).map(
      (detail) => cut(trace, detail).length,
    );
    expect(turns).toBeLessThan(messages!);
    expect(messages).toBeLessThan(all!);
    expect(all).toBe(trace.last + 1);
  });

  test("give each step a place, and each place a step", () => {
    for (const detail of ["turns", "messages", "all"] as const) {
      const columns = placed(cut(trace, detail), trace, "steps", 900);
      for (let step = 0; step <= trace.last; step++)
        expect(stepOver(columns, xOf(columns, step))).toBe(step);
    }
  });

  test("show all of a short run, and the turning points of a long one", () => {
    const detailOf = (run: Trace, view: number) =>
      fittingDetail(run, lanesOf(run), passagesOf(run), view);
    expect(detailOf(read(forgottenClose(3)), 1000)).toBe("all");
    expect(detailOf(trace, 1000)).toBe("turns");
  });

  test("leave room for time in which nobody goes", () => {
    const steps = trace.steps.map((step) => ({
      ...step,
      now_ns: step.step < 10 ? 0 : 50_000_000,
    }));
    const timed = read(
      [
        JSON.stringify(trace.header),
        JSON.stringify({ step: 0, view: trace.view(0) }),
        ...steps.map((step) => JSON.stringify(step)),
      ].join("\n"),
    );
    const columns = placed(cut(timed, "all"), timed, "time", 900);
    expect(columns.pauses).toMatchObject([{ ns: 50_000_000, width: 450 }]);
    expect(xOf(columns, 10) - xOf(columns, 9)).toBe(450 + columns.pitch);
  });
});

describe("the drawing", () => {
  const trace = read(crowd(11, 9_990));
  const lanes = lanesOf(trace);
  const passages = passagesOf(trace);
  const run = { steps: trace.steps, lanes, passages };

  test("of 10,000 steps of 12 processes is no more than what is in sight", () => {
    expect(lanes).toHaveLength(12);
    expect(trace.last).toBeGreaterThan(9_990);
    const columns = placed(cut(trace, "all"), trace, "steps", 1200);
    const scene = (x: number) =>
      sceneOf(run, columns, { x, width: 1200 }, 5_000, null);
    const middle = scene(70_000);
    expect(middle.steps.split("M").length - 1).toBeLessThan(90);
    expect(middle.arrows.length).toBeLessThan(200);
    expect(scene(0).steps).not.toBe(middle.steps);
  });

  test("counts silent steps on the lane of who made them", () => {
    expect(countBetween([1, 4, 5, 9], 2, 8)).toBe(2);
    const columns = placed(cut(trace, "turns"), trace, "steps", 1200);
    const sight = { x: 0, width: 1200 };
    const { silent } = sceneOf(run, columns, sight, 0, null);
    const told = silent.reduce((sum, { count }) => sum + count, 0);
    const alone = columns.columns.filter(({ from, to }) => from === to);
    expect(told).toBe(trace.last + 1 - alone.length);
  });
});

describe("the overview", () => {
  test("marks forks, waits, ends and the deadlock", () => {
    const trace = read(forgottenClose(3));
    const signs = landmarksOf(trace, lanesOf(trace)).map(({ sign }) => sign);
    expect(new Set(signs)).toEqual(new Set(["fork", "block", "deadlock"]));
  });

  test("draws the more important of marks that would cover each other", () => {
    const trace = read(manyChildren(60));
    const marks = thinned(landmarksOf(trace, lanesOf(trace)), trace.last, 50);
    expect(marks.length).toBeLessThanOrEqual(9);
    const places = marks.map(({ x }) => x);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
