// The shared suite's door into a page without a page: runs one program with one seed and answers its trace as text.

import programs from "../../generated/programs.wasm?url";
import { Runner } from "./client";
import { Simulator } from "./simulator";

declare global {
  interface Window {
    /** Rejects with the reason if it cannot be run. Seed null: the default policy. */
    forktalkSuite(
      program: string,
      seed: number | null,
    ): Promise<{ trace: string }>;
    /** Runs it so many times, with one seed after the other, and writes nothing down. */
    forktalkMeasure(
      program: string,
      runs: number,
    ): Promise<{ seconds: number; steps: number }>;
  }
}

window.forktalkSuite = async (program, seed) => {
  const lines: string[] = [];
  const runner = new Runner({
    trace: (more) => lines.push(...more),
    header: (line) => (lines[0] = line),
  });
  await runner.run({
    module: new URL(programs, location.href),
    program,
    // As the command `forktalk` names what it runs: the traces must be equal to the last byte.
    name: "programs",
    arguments: [],
    seed,
    schedule: null,
    strategy: seed === null ? "default" : "random",
  });
  return { trace: lines.map((line) => `${line}\n`).join("") };
};

window.forktalkMeasure = async (program, runs) => {
  const bytes = await (await fetch(programs)).arrayBuffer();
  const simulator = await Simulator.load(bytes);
  const run = (seed: number) =>
    simulator.runUnrecorded({
      program,
      arguments: [],
      seed,
      schedule: null,
      strategy: "random",
    });
  // The engine compiles what runs often.
  for (let seed = 0; seed < runs / 10; seed += 1) await run(seed);
  let steps = 0;
  const begun = performance.now();
  for (let seed = 0; seed < runs; seed += 1) steps += await run(seed);
  const seconds = (performance.now() - begun) / 1000;
  simulator.dispose();
  return { seconds, steps };
};
