import { describe, expect, test } from "vitest";
import { ABORTED, endingOf, FPE, SEGV, SYS, UnknownCall } from "./endings";

const { RuntimeError } = WebAssembly;

describe("what came out of a guest means the same in every browser", () => {
  test.each([
    "unreachable",
    "unreachable executed",
    "Unreachable code should not be executed (evaluating 'f()')",
  ])("a Rust panic: %s", (said) =>
    expect(endingOf(new RuntimeError(said))).toBe(ABORTED),
  );

  test.each([
    "divide by zero",
    "divide result unrepresentable",
    "remainder by zero",
    "float unrepresentable in integer range",
    "integer divide by zero",
    "integer overflow",
    "Division by zero (evaluating 'f()')",
    "Integer overflow (evaluating 'f()')",
  ])("arithmetic: %s", (said) =>
    expect(endingOf(new RuntimeError(said))).toBe(FPE),
  );

  test.each([
    "memory access out of bounds",
    "index out of bounds",
    "Out of bounds memory access (evaluating 'f()')",
    "null function or function signature (RuntimeError)",
    "table index is out of bounds",
    "indirect call to null",
  ])("memory: %s", (said) =>
    expect(endingOf(new RuntimeError(said))).toBe(SEGV),
  );

  test("a stack that is full", () => {
    expect(endingOf(new RangeError("Maximum call stack size exceeded"))).toBe(
      SEGV,
    );
    expect(endingOf(new Error("too much recursion"))).toBe(SEGV);
  });

  test("a function that nobody offers", () => {
    expect(endingOf(new UnknownCall("env.open"))).toBe(SYS);
  });

  test("the engine's own traps are understood", () => {
    // (func (export "f") unreachable), and the same with i32.div_s of 1 by 0 and i32.load of -4.
    expect(trapOf([0x00])).toBe(ABORTED);
    expect(trapOf([0x41, 1, 0x41, 0, 0x6d, 0x1a])).toBe(FPE);
    expect(trapOf([0x41, 0x7c, 0x28, 0, 0, 0x1a])).toBe(SEGV);
  });
});

/** Runs these instructions as the body of a function, and says what their trap means. */
function trapOf(code: number[]): number {
  const bytes = new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[5, 3, 1, 0, 1],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, code.length + 4, 1, code.length + 2, 0, ...code, 0x0b],
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  try {
    (instance.exports["f"] as () => void)();
  } catch (error) {
    return endingOf(error);
  }
  throw new Error("it did not trap");
}
