// The page's end of a run: starts the worker, hands its lines on, and ends it when it computes without end.

import type {
  FromWorker,
  Preview,
  Question,
  RunRequest,
  SearchReport,
  SearchRequest,
  Steering,
  ToWorker,
} from "./messages";
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
  /** The run has ended: what could have been chosen at each of its steps. */
  steering?(steering: Steering): void;
}

/** A place for a worker that has nothing to do: it holds the simulator and the module, and is quick next time. */
interface Seat {
  idle: Worker | null;
}

/** Runs and searches do not wait for each other. */
const RUNS: Seat = { idle: null };
const SEARCHES: Seat = { idle: null };

/** Asks a worker one thing at a time. */
class Asker {
  private current: { worker: Worker; leave: () => void } | null = null;

  constructor(private readonly seat: Seat) {}

  /** Asks, and resolves once `hear` answers true to a message; rejects with a `RunError` if there is none to come. */
  ask(
    question: Question,
    hear: (message: FromWorker) => boolean,
  ): Promise<void> {
    this.stop();
    if (!("Suspending" in WebAssembly))
      return Promise.reject(new RunError(NO_JSPI));
    return new Promise((resolve, reject) => {
      const worker = this.seat.idle ?? startWorker();
      this.seat.idle = null;
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
        if (data.kind === "error") return giveUp(data.sentence);
        if (!hear(data)) return;
        this.seat.idle?.terminate();
        this.seat.idle = worker;
        finish(resolve);
      };
      listen();
      worker.postMessage(messageOf(question));
    });
  }

  /** Ends what is under way, if anything is: its promise resolves. */
  stop(): void {
    this.current?.worker.terminate();
    this.current?.leave();
  }
}

/** Runs programs, one at a time. */
export class Runner {
  private readonly asker = new Asker(RUNS);

  constructor(private readonly events: RunEvents) {}

  /** Runs to the end; rejects with a `RunError` if it cannot. A run that is under way is stopped. */
  run(request: RunRequest): Promise<void> {
    return this.asker.ask({ ...request, kind: "run" }, (message) => {
      if (message.kind === "trace") this.events.trace(message.lines);
      if (message.kind !== "end") return false;
      this.events.header?.(message.header);
      this.events.steering?.(message.steering);
      return true;
    });
  }

  /** Ends the run that is under way, if any: its promise resolves, the lines that came stay. */
  stop(): void {
    this.asker.stop();
  }
}

/** What step `only` of a run does, and how the run ends; nothing if it was stopped. */
export async function preview(
  request: RunRequest,
  only: number,
): Promise<Preview | null> {
  let seen: Preview | null = null;
  const question = { ...request, only, kind: "preview" as const };
  await new Asker(RUNS).ask(question, (message) => {
    if (message.kind === "preview") seen = message.preview;
    return message.kind === "preview";
  });
  return seen;
}

/** Makes many runs, one search at a time, beside the runs that are shown. */
export class Searcher {
  private readonly asker = new Asker(SEARCHES);

  /** Searches to the end; `told` gets what is known, now and then, and at last all: then it is done. */
  search(
    request: SearchRequest,
    told: (report: SearchReport, done: boolean) => void,
  ): Promise<void> {
    return this.asker.ask({ ...request, kind: "search" }, (message) => {
      if (message.kind !== "found") return false;
      told(message.report, message.done);
      return message.done;
    });
  }

  /** Ends the search that is under way, if any: its promise resolves. */
  stop(): void {
    this.asker.stop();
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
}

function messageOf(question: Question): ToWorker {
  const { module } = question;
  return { ...question, module: module instanceof URL ? module.href : module };
}
