import { expect, test } from "vitest";
import { bundled, unbundled } from "../src/state/bundle";

/** A module of one type and one custom section of somebody else's. */
const MODULE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[0, 3, 1, 0x78, 7],
).buffer;

test("a bundle is the module still, and gives back both", async () => {
  const address = `#file=a.wasm&step=3&note=3.${encodeURIComponent("看这里".repeat(40))}`;
  const bytes = await bundled(MODULE, address).arrayBuffer();
  expect(WebAssembly.validate(bytes)).toBe(true);
  expect(unbundled(bytes)).toEqual({ module: MODULE, address });
});

test("what is no bundle gives nothing, whole or damaged", () => {
  expect(unbundled(MODULE)).toBeNull();
  expect(unbundled(MODULE.slice(0, 17))).toBeNull();
  expect(
    unbundled(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 255, 255).buffer),
  ).toBeNull();
});
