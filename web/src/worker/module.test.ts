import { expect, test, vi } from "vitest";
import { bytesOf, compile } from "./module";
import type { RunError } from "./run_error";

async function sentenceOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => null,
    (error: RunError) => error,
  );
  return error?.sentence.en ?? "it did not fail";
}

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function module(...sections: number[][]): ArrayBuffer {
  return new Uint8Array([...HEAD, ...sections.flat()]).buffer;
}

test("what is no module is refused, with the reason", async () => {
  const text = new TextEncoder().encode("#!/bin/sh").buffer;
  expect(await sentenceOf(compile(text as ArrayBuffer))).toContain(
    "not a WebAssembly module",
  );
});

test("an import that is no function is refused by name", async () => {
  // (import "env" "memory" (memory 1))
  const memory = [2, 15, 1, 3, 0x65, 0x6e, 0x76, 6];
  const name = [...new TextEncoder().encode("memory")];
  expect(
    await sentenceOf(compile(module([...memory, ...name, 2, 0, 1]))),
  ).toContain("env.memory");
});

test("a module that is no program is refused, with what it lacks", async () => {
  expect(await sentenceOf(compile(module()))).toContain("export memory");
});

test("a program that is not there is told with its address", async () => {
  vi.stubGlobal("fetch", async () => new Response(null, { status: 404 }));
  const sentence = await sentenceOf(bytesOf("http://page/gone.wasm"));
  vi.unstubAllGlobals();
  expect(sentence).toContain("http://page/gone.wasm");
  expect(sentence).toContain("404");
});
