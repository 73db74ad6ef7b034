// How to make a run again elsewhere: the command that replays it, and a test that pins it.

import type { End, Header } from "../state/format";
import type { Trace } from "../state/trace";
import { placeless } from "./text";

/** A deadlock's exit status, and that of a run which meets the limit of steps: as the command `forktalk` has them. */
const DEADLOCK = 75;
const LIMIT = 76;

/** The command's words that run a module by a schedule. A program's first argument is its own name. */
function wordsOf({ schedule, program, arguments: given = [] }: Header) {
  const [name = program, ...rest] = given;
  const words = ["run", "--schedule", schedule ?? "", `${name}.wasm`];
  return rest.length > 0 ? [...words, "--", ...rest] : words;
}

/** The command that makes this run again, to be pasted into a shell. */
export function commandOf(header: Header): string {
  return ["forktalk", ...wordsOf(header).map(shellWord)].join(" ");
}

/** A word as a shell takes it back. */
function shellWord(word: string): string {
  if (/^[A-Za-z0-9\-_./=:,+@%]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A Rust test that makes this run again and wants it to end as it did, with the same output. */
export function rustTestOf(trace: Trace): string {
  const { header, end } = trace;
  if (!header || !end) return "";
  const words = wordsOf(header).map(rustText);
  return `// ${header.program}, in one order of its steps: ${placeless(end.sentence.en)}
// It needs the command: cargo install forktalk-host

use std::process::Command;

#[test]
fn ${nameOf(header.program)}_${ENDS[end.end]}() {
    let run = Command::new("forktalk")
        .args([
${words.map((word) => `            ${word},`).join("\n")}
        ])
        .output()
        .expect("the command forktalk can be started");
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(${statusOf(end)}), "{said}");
${sameOutput(trace)}
}
`;
}

const ENDS: Record<End["end"], string> = {
  finished: "ends_as_it_did",
  deadlock: "ends_in_a_deadlock",
  limit: "goes_on_and_on",
};

/** With which status the command ends. */
function statusOf({ end, status }: End): number {
  if (end === "deadlock") return DEADLOCK;
  if (end === "limit" || !status) return LIMIT;
  return "code" in status ? status.code & 0xff : 128 + status.signal;
}

/** More lines than this are counted, and the last is compared. */
const FEW_LINES = 30;

/** Wants what the run printed: line by line, or of much the number of lines and the last. */
function sameOutput(trace: Trace): string {
  const printed = trace.steps
    .map(({ output }) => (output?.stream === "stdout" ? output.text : ""))
    .join("");
  const lines = printed.split(/(?<=\n)/);
  if (lines.length > FEW_LINES) {
    const last = rustText(lines.at(-1)!.replace(/\n$/, ""));
    return `    let printed = String::from_utf8_lossy(&run.stdout);
    assert_eq!(printed.lines().count(), ${lines.length});
    assert_eq!(printed.lines().last(), Some(${last}));`;
  }
  const texts = lines.map(rustText);
  const text =
    texts.length === 1
      ? texts[0]!
      : `concat!(\n${texts.map((line) => `            ${line},`).join("\n")}\n        )`;
  return `    assert_eq!(
        String::from_utf8_lossy(&run.stdout),
        ${text}
    );`;
}

/** `forgotten_close` of `pipe/forgotten_close`: letters, digits and underscores. */
function nameOf(program: string): string {
  const name = program.slice(program.lastIndexOf("/") + 1);
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return /^[a-z]/.test(plain) ? plain : `run_${plain}`;
}

/** A text as Rust's source has it. */
function rustText(text: string): string {
  const escaped = [...text].map((letter) => {
    if (letter === "\n") return String.raw`\n`;
    if (letter === '"' || letter === "\\") return `\\${letter}`;
    const code = letter.codePointAt(0)!;
    return code < 0x20 || code === 0x7f
      ? String.raw`\u{${code.toString(16)}}`
      : letter;
  });
  return `"${escaped.join("")}"`;
}
