import { describe, expect, test } from "vitest";
import { commandOf, rustTestOf } from "../src/export/again";
import { fileName } from "../src/export/kinds";
import { parseSteps, sheetOf } from "../src/export/strip";
import { readTrace } from "../src/state/trace";
import { Model } from "./fixtures/model";
import { forgottenClose, killedTalker } from "./fixtures/runs";

const read = (text: string) => readTrace(text).trace;

describe("a run is made again", () => {
  test("by a command that a shell takes as it is meant", () => {
    const { header } = read(forgottenClose(2));
    const known = { ...header!, schedule: "1-linux-7_1.7.2" };
    expect(commandOf(known)).toBe(
      "forktalk run --schedule 1-linux-7_1.7.2 programs.wasm -- pipe/forgotten_close",
    );
    const odd = { ...known, arguments: ["my program", "it's", ""] };
    expect(commandOf(odd)).toBe(
      String.raw`forktalk run --schedule 1-linux-7_1.7.2 'my program.wasm' -- 'it'\''s' ''`,
    );
  });

  test("by a Rust test of a deadlock", async () => {
    const trace = read(forgottenClose(2));
    trace.header!.schedule = "1-linux-7";
    await expect(rustTestOf(trace)).toMatchFileSnapshot(
      "snapshots/deadlock.rs.txt",
    );
  });

  test("by a Rust test that counts much output", () => {
    expect(rustTestOf(read(forgottenClose(31)))).toContain(
      'count(), 31);\n    assert_eq!(printed.lines().last(), Some("31"));',
    );
  });

  test("by a Rust test of a run that ends, whatever it prints", async () => {
    const run = new Model("queue/4 and 4");
    run.print(1, 'a "quoted" \\ word\t', 2);
    run.exit(1, 3, 4);
    const trace = read(run.end({ end: "finished", status: { code: 3 } }));
    await expect(rustTestOf(trace)).toMatchFileSnapshot(
      "snapshots/odd_output.rs.txt",
    );
  });

  test("as a file that is named after its program", () => {
    expect(fileName(read(killedTalker()), ".mmd")).toBe("duplex-killed.mmd");
  });
});

describe("a sheet for slides", () => {
  const ink = { paper: "#fff", ink: "#000", soft: "#777" };
  const panel = (step: number) => ({
    step,
    caption: `main (1) does what it does at step ${step}, and says so <at length> & in words`,
    drawing: `<rect width="300" height="${100 + step}"/>`,
    width: 300,
    height: 100 + step,
  });

  test("has numbered pictures with their sentences beneath", async () => {
    const sheet = sheetOf([panel(3), panel(12)], ink);
    await expect(sheet).toMatchFileSnapshot("snapshots/strip.svg");
  });

  test("goes on in a further row", () => {
    const places = (count: number) => {
      const panels = Array.from({ length: count }, (_, step) => panel(step));
      const found = sheetOf(panels, ink).matchAll(/translate\((\d+) (\d+)\)/g);
      return [...found].map(([, x, y]) => `${x} ${y}`);
    };
    expect(new Set(places(3).map((at) => at.split(" ")[1])).size).toBe(1);
    expect(new Set(places(7)).size).toBe(7);
    expect(new Set(places(7).map((at) => at.split(" ")[0])).size).toBe(3);
  });

  test("shows the steps that were typed and that there are", () => {
    expect(parseSteps("3, 5-8", 20)).toEqual([3, 5, 6, 7, 8]);
    expect(parseSteps("8 3，3;5", 6)).toEqual([3, 5]);
    expect(parseSteps("19-30", 20)).toEqual([19, 20]);
    expect(parseSteps("no step", 20)).toEqual([]);
    expect(parseSteps("0-999999999", 999_999)).toHaveLength(24);
  });
});
