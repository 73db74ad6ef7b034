// What happens over time: runs, files, the address. It only ever replaces the one value of `state`.

import { preferredLanguage, wordsOf, type Language } from "../words/words";
import { withLesson } from "../lessons/lessons";
import { Helm, scheduleWithout } from "../steer/helm";
import type { Branch } from "../steer/branches";
import { preview, Runner } from "../worker/client";
import type { Preview, RunRequest } from "../worker/messages";
import { AddressBar } from "./address_bar";
import { onThisHost, readAddress, type Address, type Policy } from "./address";
import { withoutRun, type Extra } from "./extra";
import {
  givenFile,
  isFile,
  isModule,
  programName,
  openedFile,
  type OwnFile,
} from "./file";
import { momentAt } from "./moment";
import { recall } from "./memory";
import { plainPolicy, policyOf, problemOf, requestOf } from "./request";
import {
  OPENING,
  addressOf,
  atStep,
  initial,
  sameRun,
  withBranch,
  withRecorded,
  withRun,
  withTrace,
  type Problem,
  type Program,
  type State,
} from "./state";
import { Trace, readTrace } from "./trace";

// Made by the build; a page without them still opens recorded traces.
const generated = import.meta.glob<string>(
  ["../../generated/programs.json", "../../generated/programs.wasm"],
  { query: "?url", import: "default", eager: true },
);
const PROGRAMS = generated["../../generated/programs.json"];
const MODULE = generated["../../generated/programs.wasm"];

/** The page's state and all that changes it. */
export class Session {
  state = $state.raw<State>(initial(preferredLanguage(navigator.languages)));

  readonly words = $derived(wordsOf(this.state.language));
  readonly trace = $derived(this.state.trace);
  readonly last = $derived(this.state.trace?.last ?? 0);
  readonly step = $derived(this.state.step);
  private readonly glimpse = $derived(this.state.glimpse);
  /** Made anew when the step or the run changes, and not with all else of the state: the picture hangs on it. */
  readonly moment = $derived.by(() => {
    const { glimpse, step } = this;
    const trace = glimpse?.last === step ? glimpse : this.trace;
    return trace ? momentAt(trace, step) : null;
  });
  /** The moment whose choices are offered: while the run of one is on its way, the one that it was made at. */
  readonly crossroads = $derived(
    this.glimpse && this.trace
      ? momentAt(this.trace, this.glimpse.last - 1)
      : this.moment,
  );
  /** What the run that is shown can be steered by; nothing: it is a recording. */
  readonly helm = $derived(this.state.branch?.helm ?? null);
  readonly program = $derived(
    this.state.programs.find(({ path }) => path === this.shownProgram) ?? null,
  );

  /** How many steps the run that is under way has made; nothing if none is. */
  running = $state<number | null>(null);
  /** Whether the page shows what it opens on, and nobody has done anything yet. */
  opening = $state(false);

  /** The list of programs on its way: the first run does not wait for it. */
  private loading: Promise<void> = Promise.resolve();
  private runner: Runner | null = null;
  private runs = 0;
  /** What the address asked for, while its file is not there. */
  private waiting: Address | null = null;
  /** A preview that is under way: a run waits for it, and then finds its worker ready. */
  private previewing: Promise<unknown> | null = null;
  private readonly bar = new AddressBar(() => this.state);

  /** Reads the address, loads the programs, and shows a run. */
  async open(): Promise<void> {
    // Who comes without an address goes on where the last visit ended; at the first, the page opens on a run.
    const isFirst = location.hash === "" && recall().at === "";
    const address = readAddress(location.hash || recall().at);
    if (address.language) this.setLanguage(address.language);
    this.loading = this.loadPrograms();
    await this.follow(address);
    this.opening = isFirst && this.state.branch !== null;
  }

  /** The program whose run is shown: not the one that is chosen for the next run. */
  get shownProgram(): string | null {
    return this.state.trace?.header?.program ?? this.state.program;
  }

  /** Does what an address says, running only what is not there already. */
  async follow(named: Address): Promise<void> {
    const address = withLesson(named);
    // What was still to be written belongs to the address that was left.
    this.bar.leave();
    if (address.language) this.setLanguage(address.language);
    const { step, who } = address;
    this.set({ extra: address.extra });
    if (
      this.state.trace &&
      sameRun(address, readAddress(addressOf(this.state)))
    ) {
      this.abandon();
      this.set({ ...this.state.shown, who });
      if (step !== null) this.go(step);
      return;
    }
    this.set({ who });
    const branch = this.branchAt(address);
    if (branch) {
      this.abandon();
      this.state = withBranch(this.state, branch, step);
      return this.bar.write("replace");
    }
    if (address.trace !== null) return this.fetchTrace(address.trace, step);
    const { policy, arguments: given, file } = address;
    const own = file && this.ownFile(file);
    if (file && !own) {
      this.abandon();
      this.waiting = address;
      this.set({ wanted: file, trace: null, branch: null });
      const given = await givenFile(file);
      return given && this.waiting === address
        ? this.openFile(given)
        : undefined;
    }
    const program = own ? programName(own) : (address.program ?? OPENING);
    this.set({ program, own, policy, arguments: given });
    await this.perform(step, "replace");
  }

  /** The branch that an address names. */
  private branchAt(address: Address): Branch | undefined {
    if (!this.state.branch) return undefined;
    const addressOfBranch = ({ policy }: Branch) =>
      addressOf({ ...this.state, shown: { ...this.state.shown, policy } });
    return this.state.branches.find((branch) =>
      sameRun(address, readAddress(addressOfBranch(branch))),
    );
  }

  private ownFile(file: { name: string; hash: string }): OwnFile | null {
    const { own } = this.state.shown;
    return own && isFile(own, file) ? own : null;
  }

  /** Runs the chosen program. */
  run(): Promise<void> {
    return this.perform(null, "push");
  }

  /** Makes this choice after the step that is shown: goes on, if the run did the same, or branches off. */
  async choose(choice: string): Promise<void> {
    const { helm } = this;
    const { step } = this.state;
    if (!helm || this.running !== null) return;
    if (helm.choices[step] === choice) return this.move(1);
    const choices = helm.upTo(step, choice);
    await this.steer({ choices, from: step + 1 }, step + 1);
  }

  /** Takes back what happens at a step otherwise than by the default policy; what comes later stays where it can. */
  async unmark(step: number): Promise<void> {
    const schedule = this.state.trace?.header?.schedule ?? "";
    const without = this.helm && scheduleWithout(schedule, this.helm, step);
    if (without === null) return;
    await this.steer({ schedule: without, whereItFits: true }, step - 1);
  }

  /** Shows the run of a schedule, of the program that is shown; `step` beyond the end is the end. */
  async openSchedule(schedule: string, step: number | null): Promise<void> {
    const there = this.state.branches.find(
      ({ trace }) => trace.header?.schedule === schedule,
    );
    if (there) return this.show(there, step);
    await this.steer({ schedule }, step);
  }

  /** Shows a branch: at the step that is shown, or where it begins if that is not part of it. */
  show(branch: Branch, step: number | null = null): void {
    if (this.running !== null) this.abandon();
    this.state = withBranch(
      this.state,
      branch,
      step ?? Math.max(this.state.step, branch.at),
    );
    this.bar.write("push");
  }

  /** Makes the run that is shown again, but for this. */
  private async steer(
    change: Partial<RunRequest>,
    step: number | null,
  ): Promise<void> {
    this.set({ ...this.state.shown });
    await this.perform(step, "push", {
      schedule: this.state.trace?.header?.schedule ?? null,
      ...change,
    });
  }

  /** Makes the run of the recording that is shown again, here, where it can be steered. */
  async runHere(): Promise<void> {
    this.set({ ...this.state.shown, recorded: null });
    await this.perform(this.state.step, "push");
  }

  /** What a choice after the step that is shown leads to; nothing if that cannot be said. */
  async preview(choice: string): Promise<Preview | null> {
    const { step } = this.state;
    if (!this.helm) return null;
    return this.look({ choices: this.helm.upTo(step, choice) }, step + 1);
  }

  /** What a step of another run of the program that is shown does, and how that run ends; nothing if it cannot be said. */
  async look(
    change: Partial<RunRequest>,
    step: number,
  ): Promise<Preview | null> {
    const { request } = this;
    if (!request || this.running !== null) return null;
    const before = this.previewing;
    const asked = (async () => {
      await before;
      if (this.running !== null) return null;
      return preview({ ...request, ...change }, step).catch(() => null);
    })();
    this.previewing = asked;
    const seen = await asked;
    if (this.previewing === asked) this.previewing = null;
    return seen;
  }

  /** The request that makes the run that is shown again: for searches in its program. */
  get request(): RunRequest | null {
    if (!this.helm || !MODULE) return null;
    const schedule = this.state.trace?.header?.schedule ?? null;
    return { ...requestOf(this.state.shown, MODULE), schedule };
  }

  /** Runs the chosen program, then shows it at `step`. A run that the address asked for makes no new address. */
  private async perform(
    step: number | null,
    how: "push" | "replace",
    change: Partial<RunRequest> = {},
  ): Promise<void> {
    const { program, policy, own, arguments: given } = this.state;
    if (program === null) return;
    if (!MODULE) return this.fail({ kind: "noPrograms" });
    if (!("Suspending" in WebAssembly))
      return this.fail({ kind: "noSuspending" });
    this.abandon();
    this.opening = false;
    const mine = this.runs;
    const { from } = change;
    const trace =
      from && this.trace ? Trace.upTo(this.trace, from - 1) : new Trace();
    let isShown = false;
    let helm: Helm | null = null;
    this.running = 0;
    this.set({ problem: null });
    if (this.previewing) await this.previewing;
    try {
      this.runner = new Runner({
        trace: (lines) => {
          if (mine !== this.runs) return;
          trace.append(lines);
          this.running = trace.last;
          // The step that was chosen is shown before the rest of the run is there.
          if (from === undefined || isShown || trace.last < from) return;
          isShown = true;
          this.set({ glimpse: Trace.upTo(trace, from), step: from });
        },
        header: (line) => {
          if (mine === this.runs) trace.append([line]);
        },
        steering: (steering) => (helm = new Helm(steering)),
      });
      const asked = { program, policy, own, arguments: given };
      const isGiven = change.schedule !== undefined;
      const plain = isGiven ? policy : await plainPolicy(asked, MODULE);
      if (mine !== this.runs) return;
      const request = requestOf({ ...asked, policy: plain }, MODULE);
      await this.runner.run({ ...request, ...change });
    } catch (error) {
      if (mine === this.runs) this.fail(problemOf(error));
    }
    await this.loading;
    if (mine !== this.runs) return;
    this.running = null;
    if (!own && !this.state.programs.some(({ path }) => path === program))
      return this.fail({ kind: "noProgram", name: program });
    if (!trace.started) return;
    const at = isShown ? this.state.step : step;
    const state = { ...this.state, recorded: null };
    const made = policyOf(trace, policy, change);
    this.state = helm
      ? withRun(state, { policy: made, trace, helm }, at)
      : withTrace(state, trace, at);
    this.bar.write(how);
    this.bar.writeTitle();
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
    this.opening = false;
    this.bar.write("replace");
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
      own: null,
      arguments: [],
      extra: withoutRun(this.state.extra),
      policy: ["schedule", "begun"].includes(policy.kind)
        ? { kind: "default" }
        : policy,
    });
    void this.run();
  }

  /** Chooses who goes next in the next run. */
  choosePolicy(policy: Policy): void {
    this.set({ policy });
  }

  /** Says what the next run is given. */
  giveArguments(words: string[]): void {
    this.set({ arguments: words });
  }

  /** Chooses a process, or none. */
  choosePid(who: number | null): void {
    if (who === this.state.who) return;
    this.set({ who });
    this.bar.write("replace");
  }

  /** Changes the language; nothing is loaded again. */
  setLanguage(language: Language): void {
    if (language === this.state.language) return;
    this.set({ language });
    if (this.state.trace) this.bar.write("replace");
  }

  /** The whole address of what is shown, with something else beside it. */
  link(change: Partial<Extra> = {}): string {
    const extra = { ...this.state.extra, ...change };
    const page = location.href.split("#")[0] ?? "";
    return page + addressOf({ ...this.state, extra });
  }

  /** Changes what stands beside the run. */
  setExtra(change: Partial<Extra>): void {
    this.set({ extra: { ...this.state.extra, ...change } });
    this.bar.write("replace");
  }

  /** Opens a file that a visitor chose or dropped: a program is run, a trace is shown. */
  async openFile(file: File): Promise<void> {
    this.abandon();
    const { own, inside } = await openedFile(file);
    const { wanted } = this.state;
    const isWanted = wanted && isFile(own, wanted);
    const asked = isWanted ? this.waiting : inside;
    if (inside && !isWanted) this.set({ who: inside.who, extra: inside.extra });
    if (isModule(own)) {
      this.set({
        own,
        program: programName(own),
        policy: asked?.policy ?? { kind: "default" },
        arguments: asked?.arguments ?? [],
      });
      await this.perform(asked?.step ?? null, isWanted ? "replace" : "push");
    } else {
      const { name, hash } = own;
      const text = new TextDecoder().decode(own.bytes);
      this.showText(text, { name, hash }, asked?.step ?? null);
    }
    if (wanted && !asked && this.state.problem === null)
      this.fail({ kind: "otherFile", name: wanted.name });
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
    const keys = Object.keys(change) as (keyof State)[];
    // All that is shown hangs on the state: it is asked anew only if there is something new.
    if (keys.every((key) => change[key] === this.state[key])) return;
    this.state = { ...this.state, ...change };
  }

  private fail(problem: Problem): void {
    this.running = null;
    this.set({ problem, glimpse: null });
  }

  /** Lets go of a run that is under way: its lines no longer matter. */
  private abandon(): void {
    this.runs += 1;
    this.runner?.stop();
    this.running = null;
    this.set({ glimpse: null });
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
    recorded: State["recorded"],
    step: number | null,
  ): void {
    try {
      const { trace, damage } = readTrace(text);
      this.state = withRecorded(this.state, trace, recorded, step);
      if (damage) this.set({ problem: problemOf(damage) });
      this.bar.write("push");
    } catch (error) {
      this.fail(problemOf(error));
    }
  }
}
