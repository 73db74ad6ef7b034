// The page's end of a run: starts the worker, hands its lines on, and ends it when it computes without end.

import type { FromWorker, RunRequest, ToWorker } from "./messages";
import {
  COMPUTES_WITHOUT_END,
  NO_JSPI,
  NO_WORKER,
  RunError,
} from "./run_error";

export { RunError };

/** After so long without a word from the worker, a guest is in a loop without calls: nothing else keeps it silent. */
const SILENCE_MS = 10_000;

/** What a run tells the page. */
export interface RunEvents {
  /** The next lines of the trace: each a JSON object, the header first. */
  trace(lines: string[]): void;
  /** The run has ended: the header once more, which now names the schedule that replays it. */
  header?(line: string): void;
}

/** A worker that has finished its run: it holds the simulator and the module, and the next run is quick in it. */
let idle: Worker | null = null;

/** Runs programs, one at a time. */
export class Runner {
  private current: { worker: Worker; leave: () => void } | null = null;

  constructor(private readonly events: RunEvents) {}

  /** Runs to the end; rejects with a `RunError` if it cannot. A run that is under way is stopped. */
  run(request: RunRequest): Promise<void> {
    this.stop();
    if (!("Suspending" in WebAssembly))
      return Promise.reject(new RunError(NO_JSPI));
    return new Promise((resolve, reject) => {
      const worker = idle ?? startWorker();
      idle = null;
      let silence: ReturnType<typeof setTimeout> | undefined;
      const finish = (then: () => void) => {
        clearTimeout(silence);
        worker.onmessage = worker.onerror = null;
        this.current = null;
        then();
      };
      const giveUp = (sentence: RunError["sentence"]) => {
        worker.terminate();
        finish(() => reject(new RunError(sentence)));
      };
      const listen = () => {
        clearTimeout(silence);
        silence = setTimeout(() => giveUp(COMPUTES_WITHOUT_END), SILENCE_MS);
      };
      this.current = { worker, leave: () => finish(resolve) };
      worker.onerror = () => giveUp(NO_WORKER);
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        listen();
        if (data.kind === "trace") return this.events.trace(data.lines);
        if (data.kind === "error") return giveUp(data.sentence);
        this.events.header?.(data.header);
        idle?.terminate();
        idle = worker;
        finish(resolve);
      };
      listen();
      worker.postMessage(messageOf(request));
    });
  }

  /** Ends the run that is under way, if any: its promise resolves, the lines that came stay. */
  stop(): void {
    this.current?.worker.terminate();
    this.current?.leave();
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
}

function messageOf(request: RunRequest): ToWorker {
  const { module } = request;
  return {
    ...request,
    kind: "run",
    module: module instanceof URL ? module.href : module,
  };
}
