// The texts that the command writes too, by the same code: a module that is loaded when it is needed first.

import writers from "../../generated/forktalk_browser_report.wasm?url";

async function loaded() {
  const module = await import("../../generated/forktalk_browser_report");
  await module.default({ module_or_path: writers });
  return module;
}

/** A Mermaid sequence diagram of a trace. */
export async function mermaidOf(trace: string): Promise<string> {
  return (await loaded()).mermaid(trace);
}

/** A trace in Chrome's format, which Perfetto opens. */
export async function chromeTraceOf(trace: string): Promise<string> {
  return (await loaded()).chromeTrace(trace);
}
