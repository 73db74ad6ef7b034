// The worker's end of a run: keeps the simulator of the last module, and answers in messages.

import type { FromWorker, ToWorker } from "./messages";
import { bytesOf } from "./module";
import { RunError, runErrorOf } from "./run_error";
import { Simulator } from "./simulator";

/** The simulator that is ready, and the address of its module, if it has one. */
let ready: { address: string; simulator: Simulator } | null = null;

onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    const { kind, module, ...request } = data;
    void kind;
    const simulator = await simulatorOf(module);
    const header = await simulator.run(request, (lines) =>
      tell({ kind: "trace", lines }),
    );
    tell({ kind: "end", header });
  } catch (error) {
    if (!(error instanceof RunError)) console.error(error);
    tell({ kind: "error", sentence: runErrorOf(error).sentence });
  }
};

async function simulatorOf(module: ArrayBuffer | string): Promise<Simulator> {
  if (ready !== null && ready.address === module) return ready.simulator;
  ready?.simulator.dispose();
  ready = null;
  const simulator = await Simulator.load(await bytesOf(module));
  if (typeof module === "string") ready = { address: module, simulator };
  return simulator;
}

function tell(message: FromWorker): void {
  postMessage(message);
}
