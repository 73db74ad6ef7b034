import { describe, expect, test } from "vitest";
import type { View } from "../src/state/format";
import {
  bestStep,
  momentAt,
  objectsOf,
  processesOf,
} from "../src/state/moment";
import { CHECKPOINT, readTrace, Trace, TraceError } from "../src/state/trace";
import { Model } from "./fixtures/model";
import { forgottenClose, killedTalker, stoppedWriter } from "./fixtures/runs";

/** Every view of a trace, folded from the start. */
function foldAll(trace: Trace): View[] {
  const views = [structuredClone(trace.view(0))];
  for (const step of trace.steps) {
    const view = structuredClone(views.at(-1)!);
    for (const [key, value] of Object.entries(step.view.processes ?? {})) {
      if (value) view.processes[key] = value;
      else delete view.processes[key];
    }
    for (const [key, value] of Object.entries(step.view.objects ?? {})) {
      if (value) view.objects[key] = value;
      else delete view.objects[key];
    }
    views.push(view);
  }
  return views;
}

describe("a trace", () => {
  test("shows at each step what folding from the start gives", () => {
    const { trace } = readTrace(forgottenClose(100));
    expect(trace.last).toBeGreaterThan(3 * CHECKPOINT);
    foldAll(trace).forEach((view, step) =>
      expect(trace.view(step)).toEqual(view),
    );
  });

  test("may come line by line", () => {
    const text = forgottenClose(40);
    const whole = readTrace(text).trace;
    const grown = new Trace();
    for (const line of text.split("\n")) grown.append([line]);
    expect(grown.view(77)).toEqual(whole.view(77));
    expect(grown.end).toEqual(whole.end);
  });

  test("knows its schedule from a header that comes again", () => {
    const { trace } = readTrace(forgottenClose(2));
    trace.append([JSON.stringify({ ...trace.header, schedule: "1.2" })]);
    expect(trace.header?.schedule).toBe("1.2");
  });

  test("that is none is refused, with the reason", () => {
    const reason = (text: string) => {
      try {
        readTrace(text);
      } catch (error) {
        return error instanceof TraceError ? error.reason : error;
      }
      return "read";
    };
    expect(reason("")).toBe("notTrace");
    expect(reason("hello")).toBe("notTrace");
    expect(reason('{"some":"json"}')).toBe("notTrace");
    expect(reason('{"forktalk":"trace","version":2}')).toBe("newerTrace");
  });

  test("that is damaged is shown up to the damage", () => {
    const lines = forgottenClose(10).split("\n");
    lines[12] = lines[12]!.slice(0, 30);
    const { trace, damage } = readTrace(lines.join("\n"));
    expect(damage?.line).toBe(13);
    expect(trace.last).toBe(10);
  });

  test("is looked up in far less than a frame at step 9,999", () => {
    const { trace } = readTrace(forgottenClose(3400));
    expect(trace.last).toBeGreaterThan(9_999);
    const start = performance.now();
    for (let step = 9_900; step < 10_000; step++) momentAt(trace, step);
    expect((performance.now() - start) / 100).toBeLessThan(4);
  });
});

describe("a moment", () => {
  test("names the lines that a fork opens: two more", () => {
    const { trace } = readTrace(forgottenClose(3));
    const fork = momentAt(trace, 2);
    expect([...fork.opened]).toEqual(["2:3:A:1", "2:4:A:1"]);
    expect(fork.changedObjects).toEqual(new Set(["A"]));
  });

  test("draws the circle of a deadlock at the last step only", () => {
    const { trace } = readTrace(forgottenClose(3));
    expect(momentAt(trace, trace.last - 1).trouble.pids.size).toBe(0);
    const { trouble } = momentAt(trace, trace.last);
    expect(trouble.pids).toEqual(new Set([2]));
    expect(trouble.objects).toEqual(new Set(["A"]));
    expect(trouble.wires).toEqual(new Set(["2:3:A:1", "2:4:A:1"]));
  });

  test("draws the stopped one of a deadlock without a circle", () => {
    const { trace } = readTrace(stoppedWriter());
    const { trouble } = momentAt(trace, trace.last);
    expect(trouble.pids).toEqual(new Set([1, 2]));
    expect(trouble.wires).toEqual(new Set(["1:3:A:1", "2:4:A:1"]));
  });

  test("lists objects in the order of their making", () => {
    const thing = { kind: "pipe" as const, streams: [] };
    const objects = Object.fromEntries(
      ["AB", "B", "AA", "A"].map((name) => [name, { ...thing, name }]),
    );
    const names = objectsOf({ processes: {}, objects }).map(({ name }) => name);
    expect(names).toEqual(["A", "B", "AA", "AB"]);
  });
});

describe("a run opens", () => {
  test("one step before a deadlock", () => {
    const { trace } = readTrace(forgottenClose(3));
    expect(bestStep(trace)).toBe(trace.last - 1);
  });

  test("at the fork if it ends well", () => {
    const { trace } = readTrace(killedTalker());
    expect(bestStep(trace)).toBe(2);
    expect(processesOf(momentAt(trace, 2).view)).toHaveLength(2);
  });

  test("at its start if nothing ever happens", () => {
    const { trace } = readTrace(new Model().text());
    expect(bestStep(trace)).toBe(0);
  });
});
