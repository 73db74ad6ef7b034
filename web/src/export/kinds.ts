// What can be taken out of the page: how it is called, where it is made, and as what file it is saved.

import type { Trace } from "../state/trace";
import { commandOf, rustTestOf } from "./again";
import { xml } from "./text";
import { chromeTraceOf, mermaidOf } from "./writers";

/** Pictures, texts for other tools, and how to make the run again. */
export const PICTURES = ["picture", "strip"] as const;
export const TEXTS = [
  "mermaid",
  "chrome",
  "trace",
  "command",
  "test",
  "schedule",
  "embed",
  "bundle",
] as const;
export type Kind = (typeof PICTURES)[number] | (typeof TEXTS)[number];

/** What can be taken out of a run: one that the system drove cannot be made again. */
export function kindsOf({ header }: Trace): Kind[] {
  const again: Kind[] = ["command", "test", "schedule"];
  const all: Kind[] = [...PICTURES, ...TEXTS];
  return header?.native ? all.filter((kind) => !again.includes(kind)) : all;
}

/** What a text is made from. */
export interface Source {
  trace: Trace;
  /** The same as text. */
  text: string;
  /** The address at which the page shows it, and shows it as a part of another. */
  address: string;
  embedded: string;
}

/** The text of a kind. */
export async function textFor(
  kind: (typeof TEXTS)[number],
  { trace, text, address, embedded }: Source,
): Promise<string> {
  switch (kind) {
    case "mermaid":
      return mermaidOf(text);
    case "chrome":
      return chromeTraceOf(text);
    case "trace":
      return text;
    case "command":
      return trace.header ? `${commandOf(trace.header)}\n` : "";
    case "test":
      return rustTestOf(trace);
    case "embed":
      return frameOf(embedded, trace.header?.program ?? "forktalk");
    case "bundle":
      return `${address}\n`;
    case "schedule":
      return `${trace.header?.schedule ?? ""}\n`;
  }
}

/** A frame for another page. */
function frameOf(address: string, title: string): string {
  return `<iframe
  src="${xml(address)}"
  title="${xml(title)}"
  width="100%"
  height="620"
  loading="lazy"
></iframe>
`;
}

/** How the file of a kind ends. */
export const ENDING: Record<(typeof TEXTS)[number], string> = {
  mermaid: ".mmd",
  chrome: ".chrome.json",
  trace: ".jsonl",
  command: ".sh",
  test: ".rs",
  schedule: ".txt",
  embed: ".html",
  bundle: ".bundle.wasm",
};

/** The name of a file: the program, and what it is. */
export function fileName(trace: Trace, ending: string): string {
  const program = trace.header?.program ?? "run";
  return `${program.replace(/[^\w.-]+/g, "-")}${ending}`;
}

/** Hands a file to the visitor. */
export function save(content: Blob | string, name: string): void {
  const blob = typeof content === "string" ? new Blob([content]) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
