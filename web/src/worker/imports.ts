// What a guest may import: each function passes on what it was given, and decides nothing.

import type { Machine } from "../../generated/forktalk_browser";
import { UnknownCall } from "./endings";

/** One function of WASI preview 1, as the simulator answers it. */
export interface WasiFunction {
  name: string;
  /** Whether others can see that it happened: then it may suspend. */
  step: boolean;
}

/** How the guest in one slot reaches the simulator. */
export interface Door {
  slot: number;
  /** Stops the guest until it is told to go on. */
  stop(announce: (machine: Machine) => void): Promise<number>;
  /** Answers at once; a guest that has ended meanwhile is thrown out. */
  ask(ask: (machine: Machine) => number): number;
}

/** The imports of a guest: what is offered, and for all else that it wants a function that ends it when it is called. */
export function importsOf(
  module: WebAssembly.Module,
  functions: WasiFunction[],
  door: Door,
): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new UnknownCall(`${from}.${name}`);
    };
  }
  const { slot } = door;
  const call: Call = (number, a, b, c, d, e, file, fileBytes, line) =>
    door.ask((machine) =>
      machine.call(slot, number, a, b, c, d, e, file, fileBytes, line),
    );
  const wait = () => door.stop((machine) => machine.wait(slot));
  imports["forktalk"] = {
    ...imports["forktalk"],
    call,
    wait: new WebAssembly.Suspending(wait),
  };
  const wasi = (imports["wasi_snapshot_preview1"] ??= {});
  functions.forEach(({ name, step }, index) => {
    wasi[name] = step
      ? new WebAssembly.Suspending((...given: Given[]) =>
          door.stop((machine) => machine.wasiStep(slot, index, words(given))),
        )
      : (...given: Given[]) =>
          door.ask((machine) => machine.wasi(slot, index, words(given)));
  });
  return imports;
}

/** What `call` is given: a call's number, its arguments, and where the program makes it. */
type Call = (
  number: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  file: number,
  fileBytes: number,
  line: number,
) => unknown;

/** An argument as WebAssembly hands it over: 32 bits signed, or 64. */
type Given = number | bigint;

function words(given: Given[]): BigUint64Array {
  const all = new BigUint64Array(given.length);
  given.forEach((one, index) => {
    all[index] = typeof one === "bigint" ? one : BigInt(one >>> 0);
  });
  return all;
}
