import { describe, expect, test } from "vitest";
import {
  frameOf,
  measuresFor,
  rounded,
  shownPids,
  wiresOf,
} from "../src/picture/layout";
import { isPlanned, planOf } from "../src/picture/plan";
import { fit, widthOf, wrap } from "../src/picture/text";
import { contentsOf, labelOf, titleOf, waitersOf } from "../src/picture/tube";
import { en } from "../src/words/en";
import { readTrace, Trace } from "../src/state/trace";
import { forgottenClose, killedTalker, manyChildren } from "./fixtures/runs";

const WIDTHS = [320, 360, 560, 740, 1100];

describe("a plan", () => {
  test("gives every line a plug of its own, at every step", () => {
    for (const text of [forgottenClose(5), killedTalker(), manyChildren(12)]) {
      const { trace } = readTrace(text);
      const frame = frameOf(planOf(trace), 740);
      for (let step = 0; step <= trace.last; step++) {
        const ends = wiresOf(trace.view(step), frame).map(
          ({ to }) => `${to.x},${to.y}`,
        );
        expect(new Set(ends).size).toBe(ends.length);
      }
    }
  });

  test("lets a newcomer take a joined process's place once there are six", () => {
    const { trace } = readTrace(manyChildren(20));
    const plan = planOf(trace);
    expect(plan.cards).toHaveLength(6);
    expect(shownPids(trace.view(trace.last), plan).size).toBe(6);
  });

  test("keeps every place while a process lives", () => {
    const { trace } = readTrace(manyChildren(20));
    const plan = planOf(trace);
    for (let step = 0; step <= trace.last; step++) {
      const alive = Object.values(trace.view(step).processes).filter(
        ({ state }) => state !== "reaped",
      );
      const places = alive.map(({ pid }) => plan.cardOf.get(pid));
      expect(new Set(places).size).toBe(places.length);
    }
  });
});

test("a plan knows whether all of a view has its place in it", () => {
  const { trace } = readTrace(forgottenClose(5));
  const plan = planOf(trace);
  for (let step = 0; step <= trace.last; step++)
    expect(isPlanned(trace.view(step), plan)).toBe(true);
  const fork = trace.steps.find(({ view }) => view.processes?.["2"])!.step;
  const before = planOf(Trace.upTo(trace, fork - 1));
  expect(isPlanned(trace.view(fork - 1), before)).toBe(true);
  expect(isPlanned(trace.view(fork), before)).toBe(false);
});

test("the more cards there are, the less each takes", () => {
  expect(measuresFor(740, 3).compact).toBe(false);
  expect(measuresFor(740, 9)).toMatchObject({ compact: true, tiny: false });
  expect(measuresFor(360, 3)).toMatchObject({ compact: true, tiny: false });
  expect(measuresFor(360, 9).tiny).toBe(true);
});

describe("a frame", () => {
  test("has no two cards or tubes over each other, and all inside", () => {
    for (const width of WIDTHS) {
      const { trace } = readTrace(manyChildren(12));
      const frame = frameOf(planOf(trace), width);
      const boxes = [...frame.cards, ...frame.tubes];
      for (const [index, a] of boxes.entries()) {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThanOrEqual(width);
        expect(a.y + a.height).toBeLessThanOrEqual(frame.height);
        for (const b of boxes.slice(index + 1)) {
          const apart =
            a.x + a.width <= b.x ||
            b.x + b.width <= a.x ||
            a.y + a.height <= b.y ||
            b.y + b.height <= a.y;
          expect(apart).toBe(true);
        }
      }
    }
  });

  test("puts the two processes of a pipe side by side, on a phone too", () => {
    const { trace } = readTrace(forgottenClose(3));
    for (const width of WIDTHS)
      expect(frameOf(planOf(trace), width).columns).toBe(2);
  });

  test("draws four lines at the fork, two into each end of the pipe", () => {
    const { trace } = readTrace(forgottenClose(3));
    const frame = frameOf(planOf(trace), 740);
    const wires = wiresOf(trace.view(2), frame);
    expect(wires.map(({ pid, fd, side }) => [pid, fd, side])).toEqual([
      [1, 3, "right"],
      [1, 4, "left"],
      [2, 3, "right"],
      [2, 4, "left"],
    ]);
  });

  test("moves no line while it is there", () => {
    const { trace } = readTrace(forgottenClose(5));
    const frame = frameOf(planOf(trace), 740);
    const seen = new Map<string, string>();
    for (let step = 0; step <= trace.last; step++)
      for (const { key, path } of wiresOf(trace.view(step), frame)) {
        expect(seen.get(key) ?? path).toBe(path);
        seen.set(key, path);
      }
    expect(seen.size).toBe(4);
  });

  test("keeps the lines inside the gutters: none runs through a card", () => {
    const { trace } = readTrace(forgottenClose(5));
    const frame = frameOf(planOf(trace), 740);
    for (const { path } of wiresOf(trace.view(2), frame)) {
      const xs = [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(
        (match) => ({
          x: Number(match[1]),
          y: Number(match[2]),
        }),
      );
      for (const { x, y } of xs)
        for (const card of frame.cards) {
          const inside =
            x > card.x + 1 &&
            x < card.x + card.width - 1 &&
            y > card.y &&
            y < card.y + card.height;
          expect(inside).toBe(false);
        }
    }
  });

  test("rounds the corners of a path", () => {
    const path = rounded(
      [
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 20 },
      ],
      6,
    );
    expect(path).toBe("M0 0L14 0Q20 0 20 6L20 20");
  });
});

describe("what a tube is called", () => {
  const pipe = { name: "C", kind: "pipe", streams: [] } as const;

  test("its kind and its letter", () => {
    expect(titleOf({ ...pipe, streams: [] }, en)).toBe("pipe C");
  });

  test("also a queue's, which has letters of its own", () => {
    const queue = { name: "queue B", kind: "queue", streams: [] } as const;
    expect(titleOf({ ...queue, streams: [] }, en)).toBe("queue B");
  });
});

describe("what lies in a tube", () => {
  const message = (text: string, bytes = 6, unread = bytes) => ({
    bytes,
    unread,
    from: 1,
    step: 1,
    text,
  });
  const stream = {
    capacity: 100,
    bytes: 50,
    messages: Array.from({ length: 40 }, () => message("hello")),
    writers: [],
    readers: [],
    waiting_readers: [],
    waiting_writers: [],
  };

  test("is drawn oldest at the reading end, and the rest is counted", () => {
    const { blocks, more, share } = contentsOf(stream, 300, 1, 11);
    expect(blocks[0]!.x + blocks[0]!.width).toBe(300);
    expect(blocks[1]!.x).toBeLessThan(blocks[0]!.x);
    expect(blocks.length + (more?.count ?? 0)).toBe(40);
    expect(blocks.at(-1)!.x).toBeGreaterThanOrEqual(more!.x + more!.width);
    expect(more!.x).toBeGreaterThanOrEqual(0);
    expect(share).toBe(0.5);
  });

  test("runs the other way where the readers are at the left", () => {
    const { blocks } = contentsOf(stream, 300, -1, 11);
    expect(blocks[0]!.x).toBe(0);
    expect(blocks[1]!.x).toBeGreaterThan(blocks[0]!.x);
  });

  test("is called by its text, by its few bytes, or by its size", () => {
    expect(labelOf(message("ping", 8))).toBe("ping");
    expect(labelOf(message("ping", 9))).toBe("ping…");
    expect(labelOf(message("ping", 8, 3))).toBe("3 B");
    expect(labelOf(message("", 4))).toBe("4 B");
    expect(labelOf(message("\\x05", 5))).toBe("05");
    expect(labelOf(message("\\n", 5))).toBe("0a");
    expect(labelOf(message("\\xe8\\x07", 6))).toBe("e8 07");
    expect(labelOf(message("\\x05hello", 10))).toBe("hello");
    const large = "\\x07".repeat(16);
    expect(labelOf(message(large, 1_048_580))).toBe("1,048,580 B");
  });

  test("says who waits where in a channel", () => {
    const there = { ...stream, waiting_writers: [1], waiting_readers: [2] };
    const back = { ...stream, waiting_writers: [3], waiting_readers: [4] };
    const streams = [there, back];
    expect(waitersOf({ name: "A", kind: "channel", streams })).toEqual({
      left: [1, 4],
      right: [2, 3],
    });
  });
});

describe("text in the drawing", () => {
  test("is cut where it would not fit", () => {
    const cut = fit("a very long name of a process", 80, 13);
    expect(cut.endsWith("…")).toBe(true);
    expect(widthOf(cut, 13)).toBeLessThanOrEqual(80);
    expect(fit("short", 80, 13)).toBe("short");
  });

  test("is wrapped at words, and in Chinese at any character", () => {
    expect(wrap("one two three", 50, 12, 3)).toEqual(["one two", "three"]);
    const lines = wrap("等待管道的字节或结尾", 60, 12, 2);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(widthOf(line, 12)).toBeLessThanOrEqual(60);
  });
});
