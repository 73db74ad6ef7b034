// What happens over time: runs, files, the address. It only ever replaces the one value of `state`.

import { preferredLanguage, wordsOf, type Language } from "../words/words";
import { RunError, Runner } from "../worker/client";
import { onThisHost, readAddress, type Address, type Policy } from "./address";
import { momentAt } from "./moment";
import {
  OPENING,
  addressOf,
  atStep,
  initial,
  sameRun,
  titleOf,
  withRecorded,
  withTrace,
  type Problem,
  type Program,
  type State,
} from "./state";
import { Trace, TraceError, readTrace } from "./trace";

// Made by the build; a page without them still opens recorded traces.
const generated = import.meta.glob<string>(
  ["../../generated/programs.json", "../../generated/programs.wasm"],
  { query: "?url", import: "default", eager: true },
);
const PROGRAMS = generated["../../generated/programs.json"];
const MODULE = generated["../../generated/programs.wasm"];

/** How long the address may lag behind the step: browsers refuse more than some hundred changes a minute. */
const ADDRESS_LAG_MS = 250;

/** The page's state and all that changes it. */
export class Session {
  state = $state.raw<State>(initial(preferredLanguage(navigator.languages)));

  readonly words = $derived(wordsOf(this.state.language));
  readonly trace = $derived(this.state.trace);
  readonly last = $derived(this.state.trace?.last ?? 0);
  readonly moment = $derived.by(() => {
    const { trace, step } = this.state;
    return trace ? momentAt(trace, step) : null;
  });
  readonly program = $derived(
    this.state.programs.find(({ path }) => path === this.shownProgram) ?? null,
  );

  /** The list of programs on its way: the first run does not wait for it. */
  private loading: Promise<void> = Promise.resolve();
  private runner: Runner | null = null;
  private runs = 0;
  private addressTimer: ReturnType<typeof setTimeout> | undefined;

  /** Reads the address, loads the programs, and shows a run. */
  async open(): Promise<void> {
    const address = readAddress(location.hash);
    if (address.language) this.setLanguage(address.language);
    this.loading = this.loadPrograms();
    await this.follow(address);
  }

  /** The program whose run is shown: not the one that is chosen for the next run. */
  get shownProgram(): string | null {
    return this.state.trace?.header?.program ?? this.state.program;
  }

  /** Does what an address says, running only what is not shown already. */
  async follow(address: Address): Promise<void> {
    // What was still to be written belongs to the address that was left.
    clearTimeout(this.addressTimer);
    if (address.language) this.setLanguage(address.language);
    if (
      this.state.trace &&
      sameRun(address, readAddress(addressOf(this.state)))
    ) {
      this.abandon();
      this.set(this.state.shown);
      if (address.step !== null) this.go(address.step);
      return;
    }
    if (address.trace !== null)
      return this.fetchTrace(address.trace, address.step);
    const program = address.program ?? OPENING;
    this.set({ program, policy: address.policy });
    await this.perform(address.step, "replace");
  }

  /** Runs the chosen program. */
  run(): Promise<void> {
    return this.perform(null, "push");
  }

  /** Runs the chosen program, then shows it at `step`. A run that the address asked for makes no new address. */
  private async perform(
    step: number | null,
    how: "push" | "replace",
  ): Promise<void> {
    const { program, policy } = this.state;
    if (program === null) return;
    if (!MODULE) return this.fail({ kind: "noPrograms" });
    if (!("Suspending" in WebAssembly))
      return this.fail({ kind: "noSuspending" });
    this.abandon();
    const mine = this.runs;
    const trace = new Trace();
    this.set({ running: 0, problem: null });
    try {
      this.runner = new Runner({
        trace: (lines) => {
          if (mine !== this.runs) return;
          trace.append(lines);
          this.set({ running: trace.last });
        },
        header: (line) => {
          if (mine === this.runs) trace.append([line]);
        },
      });
      await this.runner.run(requestOf(program, policy, MODULE));
    } catch (error) {
      if (mine === this.runs) this.fail(problemOf(error));
    }
    await this.loading;
    if (mine !== this.runs) return;
    this.set({ running: null });
    if (!this.state.programs.some(({ path }) => path === program))
      return this.fail({ kind: "noProgram", name: program });
    if (!trace.started) return;
    this.state = withTrace({ ...this.state, recorded: null }, trace, step);
    this.writeAddress(how);
    this.writeTitle();
  }

  /** Stops the run that is under way; what it did so far stays. */
  stop(): void {
    this.runner?.stop();
  }

  /** Goes to a step. */
  go(step: number): void {
    const next = atStep(this.state, step);
    if (next === this.state) return;
    this.state = next;
    this.writeAddress("replace");
  }

  /** Goes some steps on, or back. */
  move(steps: number): void {
    this.go(this.state.step + steps);
  }

  /** Chooses the program of the next run. */
  chooseProgram(program: string): void {
    const { policy } = this.state;
    // A schedule belongs to the program that it was recorded with.
    this.set({
      program,
      policy: policy.kind === "schedule" ? { kind: "default" } : policy,
    });
    void this.run();
  }

  /** Chooses who goes next in the next run. */
  choosePolicy(policy: Policy): void {
    this.set({ policy });
  }

  /** Changes the language; nothing is loaded again. */
  setLanguage(language: Language): void {
    if (language === this.state.language) return;
    this.set({ language });
    if (this.state.trace) this.writeAddress("replace");
  }

  /** Opens a file that a visitor chose or dropped. */
  async openFile(file: File): Promise<void> {
    this.abandon();
    this.showText(await file.text(), null, null);
  }

  /** The trace that is shown, as text. */
  traceText(): string {
    const { trace } = this.state;
    if (!trace?.started) return "";
    const whole = [
      trace.header,
      { step: 0, view: trace.view(0) },
      ...trace.steps,
      ...(trace.end ? [trace.end] : []),
    ];
    return whole.map((line) => `${JSON.stringify(line)}\n`).join("");
  }

  /** Puts a message away. */
  dismiss(): void {
    this.set({ problem: null });
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
  }

  private fail(problem: Problem): void {
    this.set({ problem, running: null });
  }

  /** Lets go of a run that is under way: its lines no longer matter. */
  private abandon(): void {
    this.runs += 1;
    this.runner?.stop();
    this.set({ running: null });
  }

  private async loadPrograms(): Promise<void> {
    if (!PROGRAMS) return;
    try {
      const answer = await fetch(PROGRAMS);
      this.set({ programs: (await answer.json()) as Program[] });
    } catch {
      this.fail({ kind: "notFetched", name: "programs.json" });
    }
  }

  private async fetchTrace(name: string, step: number | null): Promise<void> {
    this.abandon();
    const address = onThisHost(name, location.href);
    if (address === null) return this.fail({ kind: "notFetched", name });
    try {
      const answer = await fetch(address);
      if (!answer.ok) return this.fail({ kind: "notFetched", name });
      this.showText(await answer.text(), name, step);
    } catch {
      this.fail({ kind: "notFetched", name });
    }
  }

  private showText(
    text: string,
    recorded: string | null,
    step: number | null,
  ): void {
    try {
      const { trace, damage } = readTrace(text);
      this.state = withRecorded(this.state, trace, recorded, step);
      if (damage) this.set({ problem: problemOf(damage) });
      this.writeAddress("push");
    } catch (error) {
      this.fail(problemOf(error));
    }
  }

  /**
   * Writes the state into the address and the title: at once as an address to come back to, or in its place when the
   * visitor pauses.
   */
  private writeAddress(how: "push" | "replace"): void {
    clearTimeout(this.addressTimer);
    const address = addressOf(this.state);
    if (how === "push" && !this.isHere(address) && location.hash !== "") {
      history.pushState(null, "", address);
      return this.writeTitle();
    }
    this.addressTimer = setTimeout(() => {
      const now = addressOf(this.state);
      // The visitor may have gone elsewhere since: that address is not this state's to replace.
      if (location.hash === "" || this.isHere(now))
        history.replaceState(null, "", now);
      this.writeTitle();
    }, ADDRESS_LAG_MS);
  }

  /** Whether the browser's address names the same run. */
  private isHere(address: string): boolean {
    return sameRun(readAddress(location.hash), readAddress(address));
  }

  private writeTitle(): void {
    const end = this.state.trace?.end;
    const outcome = end ? this.words.ends[end.end] : null;
    document.title = titleOf(this.state, outcome);
  }
}

function requestOf(program: string, policy: Policy, module: string) {
  return {
    module: new URL(module, location.href),
    program,
    arguments: [],
    seed: policy.kind === "default" ? null : policy.seed,
    schedule: policy.kind === "schedule" ? policy.schedule : null,
    strategy:
      policy.kind === "seed" ? ("random" as const) : ("default" as const),
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof RunError)
    return { kind: "told", sentence: error.sentence };
  if (error instanceof TraceError) {
    return error.reason === "brokenTrace"
      ? { kind: "brokenTrace", line: error.line }
      : { kind: error.reason };
  }
  return { kind: "failed" };
}
