// The texts that the command writes too, by the same code: it is in the simulator's own module.

import kernel from "../../generated/forktalk_browser.wasm?url";

async function simulator() {
  const module = await import("../../generated/forktalk_browser");
  await module.default({ module_or_path: kernel });
  return module;
}

/** A Mermaid sequence diagram of a trace. */
export async function mermaidOf(trace: string): Promise<string> {
  return (await simulator()).mermaid(trace);
}

/** A trace in Chrome's format, which Perfetto opens. */
export async function chromeTraceOf(trace: string): Promise<string> {
  return (await simulator()).chromeTrace(trace);
}
