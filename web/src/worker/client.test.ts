import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunError, Runner as RunnerType } from "./client";
import type { FromWorker, RunRequest } from "./messages";

/** Stands where the browser's worker would, and says what a test lets it say. */
class FakeWorker {
  static all: FakeWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: (() => void) | null = null;
  asked: unknown[] = [];
  ended = false;

  constructor() {
    FakeWorker.all.push(this);
  }

  postMessage(message: unknown) {
    this.asked.push(message);
  }

  terminate() {
    this.ended = true;
  }

  say(data: FromWorker) {
    this.onmessage?.({ data });
  }
}

const REQUEST: RunRequest = {
  module: new URL("http://page/programs.wasm"),
  program: "pipe/three_integers",
  arguments: [],
  seed: 7,
  schedule: null,
  strategy: "random",
};

const NO_STEERING = { choices: "", offers: "", departs: [], well: true };

let Runner: typeof RunnerType;

beforeEach(async () => {
  FakeWorker.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("WebAssembly", { ...WebAssembly, Suspending: vi.fn() });
  // Each test with no worker waiting from the one before.
  vi.resetModules();
  ({ Runner } = await import("./client"));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin() {
  const lines: string[] = [];
  const runner = new Runner({
    trace: (more) => lines.push(...more),
    header: (line) => (lines[0] = line),
  });
  return { runner, lines, run: runner.run(REQUEST) };
}

function worker(index = 0): FakeWorker {
  const found = FakeWorker.all[index];
  if (found === undefined) throw new Error(`worker ${index} was not started`);
  return found;
}

async function sentenceOf(run: Promise<void>): Promise<string> {
  const error = await run.then(
    () => null,
    (error: RunError) => error,
  );
  return error?.sentence.en ?? "it did not fail";
}

test("lines come as they are told, and the header once more at the end", async () => {
  const { lines, run } = begin();
  worker().say({ kind: "trace", lines: ["header", "start"] });
  worker().say({ kind: "trace", lines: ["step 1", "end"] });
  worker().say({
    kind: "end",
    steering: NO_STEERING,
    header: "header with schedule",
  });
  await run;
  expect(lines).toEqual(["header with schedule", "start", "step 1", "end"]);
});

test("a module's address goes to the worker as text", () => {
  begin();
  expect(worker().asked).toEqual([
    { ...REQUEST, kind: "run", module: "http://page/programs.wasm" },
  ]);
});

test("the worker of a run that ended serves the next", async () => {
  const first = begin();
  worker().say({ kind: "end", steering: NO_STEERING, header: "" });
  await first.run;
  const second = begin();
  expect(FakeWorker.all).toHaveLength(1);
  worker().say({ kind: "trace", lines: ["second"] });
  expect(first.lines).toEqual([""]);
  expect(second.lines).toEqual(["second"]);
});

test("a worker that is silent for long is ended: the program computes without end", async () => {
  const { run } = begin();
  const sentence = sentenceOf(run);
  vi.advanceTimersByTime(9_000);
  worker().say({ kind: "trace", lines: [] });
  vi.advanceTimersByTime(9_000);
  expect(worker().ended).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(await sentence).toContain("computes without end");
  expect(worker().ended).toBe(true);
});

test("what the worker says went wrong is passed on, and the worker is not used again", async () => {
  const { run } = begin();
  const sentence = sentenceOf(run);
  worker().say({
    kind: "error",
    sentence: { en: "It is no module.", zh: "" },
  });
  expect(await sentence).toBe("It is no module.");
  begin();
  expect(FakeWorker.all).toHaveLength(2);
});

test("stopping ends the worker, resolves the run and keeps what came", async () => {
  const { runner, lines, run } = begin();
  worker().say({ kind: "trace", lines: ["header"] });
  runner.stop();
  await run;
  expect(worker().ended).toBe(true);
  expect(lines).toEqual(["header"]);
  vi.advanceTimersByTime(60_000);
});

test("a run that begins while another is under way stops it", async () => {
  const { runner, run } = begin();
  void runner.run(REQUEST);
  await run;
  expect(worker(0).ended).toBe(true);
  expect(worker(1).ended).toBe(false);
});

test("a browser that cannot suspend is told so, in words", async () => {
  vi.stubGlobal("WebAssembly", { compile: WebAssembly.compile });
  const { run } = begin();
  expect(await sentenceOf(run)).toContain("cannot suspend WebAssembly");
  expect(FakeWorker.all).toHaveLength(0);
});
