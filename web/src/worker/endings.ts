// How a guest that did not return ended: each engine words its traps its own way.

/** The signals and the exit code that a trap stands for, as the simulator numbers them. */
export const ABORTED = 0;
export const SEGV = 11;
export const FPE = 8;
export const SYS = 31;

/** A guest called a function that no simulated Unix has. */
export class UnknownCall extends Error {}

/**
 * What an error that came out of a guest means: a Rust panic executes `unreachable`, which is `ABORTED`; anything that
 * is not arithmetic is a wrong use of memory or stack.
 */
export function endingOf(error: unknown): number {
  // As Linux ends a process for a system call that is forbidden to it.
  if (error instanceof UnknownCall) return SYS;
  const said = error instanceof Error ? error.message : String(error);
  if (/^unreachable/i.test(said)) return ABORTED;
  // Chromium: "divide by zero", "float unrepresentable in integer range"; Firefox: "integer overflow"; Safari: "Division by zero".
  if (
    /divi|remainder|overflow|unrepresentable|invalid conversion/i.test(said) &&
    !(error instanceof RangeError)
  ) {
    return FPE;
  }
  return SEGV;
}
