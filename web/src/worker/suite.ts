// The shared suite's door into a page without a page: runs one program with one seed and answers its trace as text.

import programs from "../../generated/programs.wasm?url";
import { Runner } from "./client";

declare global {
  interface Window {
    /** Rejects with the reason if it cannot be run. Seed null: the default policy. */
    forktalkSuite(
      program: string,
      seed: number | null,
    ): Promise<{ trace: string }>;
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
