// What a run printed, as lines, each with the step that printed it.

import type { Trace } from "../state/trace";

/** A printed line. */
export interface OutputLine {
  pid: number;
  process: string;
  stream: "stdout" | "stderr";
  text: string;
  /** The step that began the line. */
  step: number;
}

/** All lines of a run, in the order in which they began; pieces of one line from one process are joined. */
export function outputOf(trace: Trace): OutputLine[] {
  const lines: OutputLine[] = [];
  const open = new Map<string, OutputLine>();
  for (const { step, pid, process, output } of trace.steps) {
    if (!output) continue;
    const key = `${pid}:${output.stream}`;
    const pieces = output.text.split("\n");
    pieces.forEach((text, index) => {
      const last = index === pieces.length - 1;
      const begun = open.get(key);
      if (begun) begun.text += text;
      else if (text !== "" || !last) {
        const line = { pid, process, stream: output.stream, text, step };
        lines.push(line);
        open.set(key, line);
      }
      if (!last) open.delete(key);
    });
  }
  return lines;
}

/** How many of the lines had begun after step `step`. */
export function printedBy(lines: OutputLine[], step: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
