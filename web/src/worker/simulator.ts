// The simulator with one guest module loaded: runs it, and hands the trace out while it goes.

import init, {
  Machine,
  stepFunctions,
  wasiFunctions,
} from "../../generated/forktalk_browser";
import kernel from "../../generated/forktalk_browser.wasm?url";
import { Guests } from "./guests";
import type { RunRequest } from "./messages";
import { compile } from "./module";
import { NO_JSPI, RunError } from "./run_error";

/** How long guests may keep the worker's other events waiting. */
const BREATH_MS = 40;

/** The clock is looked at once in so many steps. */
const STEPS_A_LOOK = 32;

/** One module, ready to run. One run at a time. */
export class Simulator {
  private readonly machine: Machine;
  private readonly soon = new MessageChannel();
  private steps = 0;
  private lastBreath = 0;
  private told: (lines: string[]) => void = () => {};
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
    request: Omit<RunRequest, "module">,
    told: (lines: string[]) => void,
  ): Promise<string> {
    this.told = told;
    await this.go({ ...request, record: true });
    told(this.machine.lines());
    return this.machine.header();
  }

  /** Runs to the end and writes nothing down, which is much quicker; answers how many steps it took. */
  async runUnrecorded(request: Omit<RunRequest, "module">): Promise<number> {
    this.told = () => {};
    await this.go({ ...request, record: false });
    return this.machine.steps();
  }

  private go(
    request: Omit<RunRequest, "module"> & { record: boolean },
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

  /** Lets the worker's events in if it is time, and the page see what happened meanwhile. */
  private breathe(go: () => void): boolean {
    this.steps += 1;
    if (this.steps % STEPS_A_LOOK !== 0) return false;
    if (performance.now() - this.lastBreath < BREATH_MS) return false;
    this.soon.port1.onmessage = () => {
      this.lastBreath = performance.now();
      this.told(this.machine.lines());
      go();
    };
    this.soon.port2.postMessage(null);
    return true;
  }
}
