// The guests' instances: what only JavaScript can do with them, in small moves that the simulator asks for.
//
// A suspended guest is a promise that its import answered and that is not settled yet. Who goes next, what a call
// does, what fork copies and which instance is used again is decided in wasm/browser; nothing is decided here.

import type { Machine } from "../../generated/forktalk_browser";
import { endingOf } from "./endings";
import { importsOf, type Door, type WasiFunction } from "./imports";
import { NO_MORE_INSTANCES, RunError } from "./run_error";

const PAGE_BYTES = 65536;

/** Why a suspended guest was thrown out of its call; never seen by anybody. */
const ENDED = new Error("this process has ended");

/** Resuming through `then` costs a tenth of what queueMicrotask does. */
const SETTLED = Promise.resolve();

interface Guest {
  memory: WebAssembly.Memory;
  /** All of its memory; made again after the memory grew, which empties the old view. */
  bytes: Uint8Array;
  stackPointer: WebAssembly.Global;
  start: () => Promise<unknown>;
  startChild: (closure: number) => Promise<unknown>;
  /** Counts the processes that lived in it: what an earlier one still has to say is not listened to. */
  life: number;
  resume: (answer: number) => void;
  throwOut: (reason: Error) => void;
}

/** What the guests need of the worker around them. */
export interface Surroundings {
  /** Whether it is time to let the worker's events in; then `go` is called once they were. */
  breathe(go: () => void): boolean;
  /** Told when the run is over. */
  over(): void;
  /** Told when the simulator itself failed: a mistake in it, or a limit of the browser. */
  fail(error: unknown): void;
}

/** The instances of one module. A slot is an index into them; slot 0 is there from the beginning. */
export class Guests {
  /** The simulator; set before the first guest starts. */
  machine!: Machine;
  private readonly all: (Guest | undefined)[] = [];
  /** A fresh memory's bytes up to the last that is not zero: with it a used memory is made fresh again. */
  private readonly image: Uint8Array;
  private readonly freshStackPointer: number;

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly wasi: WasiFunction[],
    private readonly around: Surroundings,
  ) {
    const bytes = this.at(this.make()).bytes;
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    this.image = bytes.slice(0, end);
    this.freshStackPointer = this.stackPointer(0);
  }

  /** Makes an instance and answers its slot; throws where the browser holds no more of them. */
  make(): number {
    let slot = this.all.indexOf(undefined);
    if (slot < 0) slot = this.all.length;
    const imports = importsOf(this.module, this.wasi, this.door(slot));
    const instance = scarce(
      () => new WebAssembly.Instance(this.module, imports),
    );
    const { memory, __stack_pointer, _start, forktalk_child } =
      instance.exports as unknown as GuestExports;
    this.all[slot] = {
      memory,
      bytes: new Uint8Array(memory.buffer),
      stackPointer: __stack_pointer,
      start: WebAssembly.promising(_start),
      startChild: WebAssembly.promising(forktalk_child),
      life: 0,
      resume: () => {},
      throwOut: () => {},
    };
    return slot;
  }

  /** Forgets an instance; the browser takes its memory back when it likes. */
  drop(slot: number): void {
    this.all[slot] = undefined;
  }

  /** Whether all below the stack pointer is stack, as wasm-ld lays a program out: then the dead part need not be copied. */
  stackFirst(): boolean {
    return this.image
      .subarray(0, this.freshStackPointer)
      .every((byte) => byte === 0);
  }

  /** The size of its memory. */
  bytes(slot: number): number {
    return this.view(slot).length;
  }

  /** Grows its memory; throws where the browser has no more. */
  grow(slot: number, bytes: number): void {
    const guest = this.at(slot);
    const pages = (bytes - this.view(slot).length) / PAGE_BYTES;
    scarce(() => guest.memory.grow(pages));
  }

  /** Makes a memory of the first size what it was before anything ran. */
  refresh(slot: number): void {
    const bytes = this.view(slot);
    bytes.set(this.image);
    bytes.fill(0, this.image.length);
    this.setStackPointer(slot, this.freshStackPointer);
  }

  /** Copies memory from an address up, between instances of one size. */
  copy(from: number, to: number, address: number): void {
    this.view(to).set(this.view(from).subarray(address), address);
  }

  stackPointer(slot: number): number {
    return (this.at(slot).stackPointer.value as number) >>> 0;
  }

  setStackPointer(slot: number, address: number): void {
    this.at(slot).stackPointer.value = address;
  }

  /** Reads guest memory; false if it lies outside. */
  read(slot: number, address: number, into: Uint8Array): boolean {
    const bytes = this.view(slot);
    if (address + into.length > bytes.length) return false;
    if (into.length > COPIED_ONE_BY_ONE) {
      into.set(bytes.subarray(address, address + into.length));
    } else {
      for (let i = 0; i < into.length; i += 1) into[i] = bytes[address + i]!;
    }
    return true;
  }

  /** Writes guest memory; false if it lies outside. */
  write(slot: number, address: number, from: Uint8Array): boolean {
    const bytes = this.view(slot);
    if (address + from.length > bytes.length) return false;
    bytes.set(from, address);
    return true;
  }

  /** Starts the root process. */
  start(slot: number): void {
    const guest = this.at(slot);
    this.live(slot, guest, guest.start);
  }

  /** Starts a child in what fork made. */
  startChild(slot: number, closure: number): void {
    const guest = this.at(slot);
    this.live(slot, guest, () => guest.startChild(closure));
  }

  /** The suspended guest goes on with this answer. */
  resume(slot: number, answer: number): void {
    const { resume } = this.at(slot);
    if (!this.around.breathe(() => resume(answer))) resume(answer);
  }

  /** Ends the process in this instance. A stack that is only forgotten would never be given back. */
  end(slot: number): void {
    const guest = this.at(slot);
    guest.life += 1;
    guest.throwOut(ENDED);
  }

  /** The run is over. */
  over(): void {
    this.around.over();
  }

  private live(
    slot: number,
    guest: Guest,
    entry: () => Promise<unknown>,
  ): void {
    const life = (guest.life += 1);
    const mine = () => guest.life === life;
    SETTLED.then(() => (mine() ? entry() : undefined))
      .then(
        () => mine() && this.machine.returned(slot),
        (error: unknown) =>
          mine() && this.machine.trapped(slot, endingOf(error)),
      )
      .catch((error: unknown) => this.around.fail(error));
  }

  private door(slot: number): Door {
    return {
      slot,
      stop: (announce) =>
        new Promise((resume, throwOut) => {
          const guest = this.at(slot);
          guest.resume = resume;
          guest.throwOut = throwOut;
          // What fails in the simulator must not pass through the guest: it would be taken for the guest's own end.
          try {
            announce(this.machine);
          } catch (error) {
            this.around.fail(error);
          }
        }),
      ask: (ask) => {
        const guest = this.at(slot);
        const { life } = guest;
        let answer: number;
        try {
          answer = ask(this.machine);
        } catch (error) {
          this.around.fail(error);
          throw error;
        }
        if (guest.life !== life) throw ENDED;
        return answer;
      },
    };
  }

  private at(slot: number): Guest {
    const guest = this.all[slot];
    if (guest === undefined) throw new Error(`there is no instance ${slot}`);
    return guest;
  }

  private view(slot: number): Uint8Array {
    const guest = this.at(slot);
    if (guest.bytes.length === 0)
      guest.bytes = new Uint8Array(guest.memory.buffer);
    return guest.bytes;
  }
}

/** Does what takes memory; a browser that has no more says so with a RangeError. */
function scarce<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    throw error instanceof RangeError ? new RunError(NO_MORE_INSTANCES) : error;
  }
}

/** Below this many bytes a loop is quicker than the view that a block copy needs. */
const COPIED_ONE_BY_ONE = 32;

interface GuestExports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  _start: () => void;
  forktalk_child: (closure: number) => void;
}
