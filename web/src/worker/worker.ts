// The worker's end of a run: keeps the simulator of the last module, and answers in messages.

import type { Matching } from "../find/matching";
import type { FromWorker, SearchReport, ToWorker, Wanted } from "./messages";
import { bytesOf } from "./module";
import { RunError, runErrorOf } from "./run_error";
import { Simulator } from "./simulator";

/** The simulator that is ready, and by what its module is known again. */
let ready: { name: string; simulator: Simulator } | null = null;

onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    await answer(await simulatorOf(data), data);
  } catch (error) {
    if (!(error instanceof RunError)) console.error(error);
    tell({ kind: "error", sentence: runErrorOf(error).sentence });
  }
};

async function answer(simulator: Simulator, asked: ToWorker): Promise<void> {
  if (asked.kind === "search") {
    const matching = asked.wanted && (await matchingOf(asked.wanted));
    const found = (report: SearchReport, done: boolean) =>
      tell({
        kind: "found",
        report: matching ? { ...report, matches: matching.matches } : report,
        done,
      });
    const report = await simulator.search(
      asked,
      (report) => found(report, false),
      matching && ((run) => matching.take(run)),
    );
    found(report, true);
  } else if (asked.kind === "preview") {
    tell({ kind: "preview", preview: await simulator.preview(asked) });
  } else {
    const end = await simulator.run(asked, (lines) =>
      tell({ kind: "trace", lines }),
    );
    tell({ kind: "end", ...end });
  }
}

/** It knows all words of the page: loaded once somebody looks for runs. */
async function matchingOf(wanted: Wanted): Promise<Matching> {
  const { Matching } = await import("../find/matching");
  return new Matching(wanted);
}

async function simulatorOf({ module, key }: ToWorker): Promise<Simulator> {
  const name = typeof module === "string" ? module : key;
  if (ready !== null && ready.name === name) return ready.simulator;
  ready?.simulator.dispose();
  ready = null;
  const simulator = await Simulator.load(await bytesOf(module));
  if (name !== undefined) ready = { name, simulator };
  return simulator;
}

function tell(message: FromWorker): void {
  postMessage(message);
}
