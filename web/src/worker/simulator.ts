// The simulator with one guest module loaded: runs it, and hands the trace out while it goes.

import init, {
  Machine,
  stepFunctions,
  wasiFunctions,
} from "../../generated/forktalk_browser";
import kernel from "../../generated/forktalk_browser.wasm?url";
import { Guests } from "./guests";
import type {
  Preview,
  RunRequest,
  SearchReport,
  SearchRequest,
  Steering,
} from "./messages";
import { compile } from "./module";
import { NO_JSPI, RunError } from "./run_error";

/** How long guests may keep the worker's other events waiting. */
const BREATH_MS = 40;

/** The clock is looked at once in so many steps. */
const STEPS_A_LOOK = 32;

/** A run that is asked for, of the module that is there. */
type Asked = Omit<RunRequest, "module">;

/** What a preview reads of a line of the trace. */
interface Said {
  step: number;
  end: string;
  sentence: Preview["sentence"];
}

/** A run of a search, which is over, for somebody who looks at each. */
export interface Looked {
  /** Its trace. */
  lines: string[];
  /** What may be wrong with it. */
  troubles: string[];
  /** Whether each of those steps comes after one of the others in every order of the run that makes no difference. */
  alwaysAfter: (those: number[], others: number[]) => boolean;
}

/** One module, ready to run. One run at a time. */
export class Simulator {
  private readonly machine: Machine;
  private readonly soon = new MessageChannel();
  private steps = 0;
  /** The step that the page waits for. */
  private eager: number | null = null;
  private lastBreath = 0;
  /** Told when the worker's events are let in. */
  private breathed: () => void = () => {};
  private over: () => void = () => {};
  private failed: (error: unknown) => void = () => {};

  /** Compiles the module; refuses it with a `RunError`. */
  static async load(bytes: ArrayBuffer): Promise<Simulator> {
    if (!("Suspending" in WebAssembly)) throw new RunError(NO_JSPI);
    await init({ module_or_path: kernel });
    const names = wasiFunctions();
    return new Simulator(await compile(bytes), new Uint8Array(bytes), names);
  }

  private constructor(
    module: WebAssembly.Module,
    bytes: Uint8Array,
    names: string[],
  ) {
    const steps = stepFunctions();
    const wasi = names.map((name) => ({ name, step: steps.includes(name) }));
    const guests = new Guests(module, wasi, {
      breathe: (go) => this.breathe(go),
      over: () => this.over(),
      fail: (error) => this.failed(error),
    });
    this.machine = new Machine(guests, bytes);
    guests.machine = this.machine;
  }

  /** Runs to the end and answers the finished header; `told` gets the lines of the trace, the header first. */
  async run(
    request: Asked,
    told: (lines: string[]) => void,
  ): Promise<{ header: string; steering: Steering }> {
    this.breathed = () => told(this.machine.lines());
    this.eager = request.from ?? null;
    await this.go({ ...request, record: true });
    this.eager = null;
    told(this.machine.lines());
    const steering = this.machine.steering() as Steering;
    return { header: this.machine.header(), steering };
  }

  /** Runs to the end and writes nothing down, which is much quicker; answers how many steps it took. */
  async runUnrecorded(request: Asked): Promise<number> {
    this.breathed = () => {};
    await this.go({ ...request, record: false });
    return this.machine.steps();
  }

  /** What a step of the run does, and how the run ends: nothing else is written down. */
  async preview(request: Asked & { only: number }): Promise<Preview> {
    this.breathed = () => {};
    await this.go({ ...request, record: true });
    const said = this.machine
      .lines()
      .map((line) => JSON.parse(line) as Partial<Said>);
    const step = said.find(({ step }) => step === request.only);
    const end = said.find(({ end }) => end !== undefined);
    if (!step?.sentence || !end?.sentence)
      throw new Error(`there is no step ${request.only}`);
    const well = this.machine.isWell();
    return { sentence: step.sentence, end: end.sentence, well };
  }

  /**
   * Makes the runs of a search; `told` gets what is known, now and then. `looks` gets each run: without it none is
   * written down, which is much quicker.
   */
  async search(
    request: Omit<SearchRequest, "module">,
    told: (report: SearchReport) => void,
    looks?: (run: Looked) => void,
  ): Promise<SearchReport> {
    const found = () => this.machine.found() as SearchReport;
    this.breathed = () => told(found());
    this.lastBreath = performance.now();
    const record = looks !== undefined;
    this.machine.search({ ...request, run: { ...request.run, record } });
    while (await this.next()) {
      looks?.({
        lines: this.machine.lines(),
        troubles: this.machine.troubles(),
        alwaysAfter: (those, others) =>
          this.machine.alwaysAfter(
            Uint32Array.from(those),
            Uint32Array.from(others),
          ),
      });
      this.machine.learn();
    }
    return found();
  }

  private next(): Promise<boolean> {
    return new Promise((over, failed) => {
      this.over = () => over(true);
      this.failed = failed;
      if (!this.machine.nextRun()) over(false);
    });
  }

  private go(
    request: Asked & { record: boolean; only?: number },
  ): Promise<void> {
    this.lastBreath = performance.now();
    return new Promise((over, failed) => {
      this.over = over;
      this.failed = failed;
      this.machine.begin(request);
    });
  }

  /** Gives its instances back: the kernel's memory holds them, where no garbage collector looks. */
  dispose(): void {
    this.machine.free();
  }

  /** Tells the step that the page waits for, as soon as it was written. */
  private hurry(): void {
    if (this.eager === null || this.machine.steps() <= this.eager) return;
    this.eager = null;
    this.breathed();
  }

  /** Lets the worker's events in if it is time, and the page see what happened meanwhile. */
  private breathe(go: () => void): boolean {
    this.steps += 1;
    // The simulator itself asks, and cannot be asked meanwhile.
    if (this.eager !== null) void Promise.resolve().then(() => this.hurry());
    if (this.steps % STEPS_A_LOOK !== 0) return false;
    if (performance.now() - this.lastBreath < BREATH_MS) return false;
    this.soon.port1.onmessage = () => {
      this.lastBreath = performance.now();
      this.breathed();
      go();
    };
    this.soon.port2.postMessage(null);
    return true;
  }
}
