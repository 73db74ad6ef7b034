// A guest module: fetched, compiled, and looked at before anything of it runs.

import {
  missingExport,
  notAModule,
  notFetched,
  RunError,
  notOffered,
} from "./run_error";

/** Its bytes, from wherever they are. */
export async function bytesOf(
  module: ArrayBuffer | string,
): Promise<ArrayBuffer> {
  if (typeof module !== "string") return module;
  let answer: Response;
  try {
    answer = await fetch(module);
  } catch (error) {
    throw new RunError(notFetched(module, String(error)));
  }
  if (!answer.ok) throw new RunError(notFetched(module, `${answer.status}`));
  return answer.arrayBuffer();
}

/** Compiles it; refuses what could not be run, in words. */
export async function compile(bytes: ArrayBuffer): Promise<WebAssembly.Module> {
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (error) {
    throw new RunError(
      notAModule(error instanceof Error ? error.message : String(error)),
    );
  }
  for (const { module: from, name, kind } of WebAssembly.Module.imports(
    module,
  )) {
    if (kind !== "function") throw new RunError(notOffered(`${from}.${name}`));
  }
  const exported = new Set(
    WebAssembly.Module.exports(module).map(({ name }) => name),
  );
  for (const name of [
    "memory",
    "_start",
    "__stack_pointer",
    "forktalk_child",
  ]) {
    if (!exported.has(name)) throw new RunError(missingExport(name));
  }
  return module;
}
