import { expect, test } from "vitest";
import { frameOf, wiresOf } from "../src/picture/layout";
import { planOf } from "../src/picture/plan";
import { drawnOf } from "../src/picture/queues";
import { fillOf } from "../src/picture/tube";
import { momentAt } from "../src/state/moment";
import { Trace, readTrace } from "../src/state/trace";
import { en } from "../src/words/en";
import { forgottenClose } from "./fixtures/runs";

const BELLS = { A: "item", B: "room" };

/** Two processes over one queue of two items, which wakes by the pipes A and B. */
function queueRun(): Trace {
  const descriptor = (fd: number, object: string, role: string) => {
    const side = role === "writes" ? 0 : 1;
    return { fd, object, role, side, inherited_at: null, made_at: fd };
  };
  const all = [
    descriptor(3, "A", "reads"),
    descriptor(4, "A", "writes"),
    descriptor(5, "B", "reads"),
    descriptor(6, "B", "writes"),
  ];
  const process = (pid: number, descriptors: unknown[], state = "ready") => ({
    ...{ pid, parent: pid - 1, name: `p${pid}`, state, status: null },
    ...{ call: null, waits_for: null, file: null, line: null, born_at: 0 },
    descriptors,
  });
  const bells = (pids: number[]) =>
    Object.fromEntries(
      Object.entries(BELLS).map(([name, bell], place) => {
        const end = (fd: number) => pids.map((pid) => ({ pid, fd }));
        const stream = {
          ...{ capacity: 65536, bytes: 0, messages: [] },
          ...{ readers: end(3 + 2 * place), writers: end(4 + 2 * place) },
          ...{ waiting_readers: [], waiting_writers: [] },
        };
        const queue = { name: "A", part: { bell } };
        return [name, { name, kind: "pipe", streams: [stream], queue }];
      }),
    );
  const queue = (put: number, got: number, more = {}) => ({
    A: {
      ...{ name: "A", items: put - got, bound: 2, put, got, closed: false },
      ...more,
    },
  });
  const views = [
    { processes: { 1: process(1, []) }, objects: {} },
    {
      processes: { 1: process(1, all) },
      objects: bells([1]),
      queues: queue(0, 0),
    },
    { processes: { 2: process(2, all) }, objects: bells([1, 2]) },
    { queues: queue(1, 0) },
    { queues: queue(2, 0) },
    { queues: queue(2, 0, { waiting: [1] }) },
    { queues: queue(2, 1) },
    {
      processes: { 1: process(1, all.slice(1)) },
      queues: queue(2, 1, { closed: true }),
    },
  ];
  const whose = [0, 1, 1, 1, 1, 1, 2, 1];
  const lines: unknown[] = [
    { forktalk: "trace", version: 1, program: "q", seed: null, strategy: "" },
    ...views.map((view, step) => ({
      ...{ step, pid: whose[step], choice: "go", process: "p", call: "lock" },
      ...{ answer: 0, file: null, line: null, now_ns: 0 },
      ...{ sentence: { en: "", zh: "" }, view },
    })),
    {
      ...{ end: "deadlock", status: null, steps: 7, now_ns: 0 },
      sentence: { en: "", zh: "" },
      deadlock: {
        cycle: [],
        waiters: [
          {
            ...{ pid: 2, name: "p2", call: "poll", file: null, line: 0 },
            sentence: { en: "", zh: "" },
            waits_for: [{ object: "A", role: "writes", holders: [] }],
          },
        ],
      },
    },
  ];
  return readTrace(lines.map((line) => JSON.stringify(line)).join("\n")).trace;
}

const trace = queueRun();
const drawn = drawnOf(trace);
const streamAt = (step: number) =>
  drawn.view(step).objects["queue A"]!.streams[0]!;

test("a queue is one thing, and the pipes that wake its users are not seen", () => {
  for (let step = 1; step <= drawn.last; step++)
    expect(Object.keys(drawn.view(step).objects)).toEqual(["queue A"]);
  expect(drawn.view(0).objects).toEqual({});
});

test("its blocks are the items, by who put them and when", () => {
  const items = (step: number) =>
    streamAt(step).messages.map(({ from, step }) => [from, step]);
  expect(items(2)).toEqual([]);
  expect(items(4)).toEqual([
    [1, 3],
    [1, 4],
  ]);
  expect(items(6)).toEqual([[1, 4]]);
  const queue = drawn.view(4).objects["queue A"]!;
  expect(fillOf(queue, queue.streams[0]!, en)).toBe("2 of 2 items, full");
  expect(streamAt(5).waiting_writers).toEqual([1]);
  expect(drawn.view(7).objects["queue A"]!.closed).toBe(true);
});

test("each process has one line to it, which stays while its pipes are closed", () => {
  const frame = frameOf(planOf(drawn), 740);
  const wires = (step: number) => wiresOf(drawn.view(step), frame);
  expect(wires(1).map(({ pid }) => pid)).toEqual([1]);
  expect(wires(6).map(({ pid, side }) => [pid, side])).toEqual([
    [1, "left"],
    [2, "right"],
  ]);
  expect(wires(7).map(({ path }) => path)).toEqual(
    wires(6).map(({ path }) => path),
  );
  const [line] = drawn.view(7).processes[1]!.descriptors;
  expect(line).toMatchObject({ fd: 3, fds: [4, 5, 6] });
});

test("who can never go on at it, is in trouble there", () => {
  const { trouble } = momentAt(drawn, drawn.last);
  expect([...trouble.objects]).toEqual(["queue A"]);
});

test("the beginning of another run has its lines on the sides where the whole one has them", () => {
  const begun = drawnOf(Trace.upTo(trace, 2), trace);
  const roles = Object.values(begun.view(2).processes).map(
    ({ descriptors }) => descriptors[0]!.role,
  );
  expect(roles).toEqual(["writes", "reads"]);
});

test("a run without queues is drawn as it is", () => {
  const { trace } = readTrace(forgottenClose(3));
  expect(drawnOf(trace)).toBe(trace);
});
