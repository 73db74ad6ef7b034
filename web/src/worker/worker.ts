// The worker's end of a run: keeps the simulator of the last module, and answers in messages.

import type { FromWorker, ToWorker } from "./messages";
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
    const report = await simulator.search(asked, (report) =>
      tell({ kind: "found", report, done: false }),
    );
    tell({ kind: "found", report, done: true });
  } else if (asked.kind === "preview") {
    tell({ kind: "preview", preview: await simulator.preview(asked) });
  } else {
    const end = await simulator.run(asked, (lines) =>
      tell({ kind: "trace", lines }),
    );
    tell({ kind: "end", ...end });
  }
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
