// The address is the state: what stands after the # says what is shown, whole.
//
//   #/pipe/forgotten_close?seed=7&step=12&lang=zh
//   #/pipe/forgotten_close?do=7_1.7.2_1.9.k2&step=12&who=2
//                                       seed 7, then where the run departs from the default policy
//   #/queue/four_and_four?seed=3&until=60&then=2.7.4&step=61
//                                       as seed 3 has it for 60 steps, then with this departure
//   #/pipe/many?args=3+fast             the program's arguments
//   #trace=recorded.jsonl&step=3        a trace that lies beside the page
//   #file=own.wasm&hash=3fa90c11b2d4    a file of the visitor's, which the page asks for
//
// A schedule as the command prints it (`schedule=1-linux-7_1.7.2`) is understood too; `do` is the same, shorter.

import type { Language } from "../words/words";
import type { FileName } from "./file";
import { extraFields, readExtra, type Extra } from "./extra";

/** Who goes next in a run. */
export type Policy =
  | { kind: "default" }
  | { kind: "seed"; seed: number }
  | { kind: "schedule"; schedule: string }
  /** As the seed has it for so many steps, then with the departures of a schedule's end. */
  | { kind: "begun"; seed: number; steps: number; then: string };

/** What the address names. */
export interface Address {
  program: string | null;
  policy: Policy;
  /** A recorded trace, by its address on this page's own host. */
  trace: string | null;
  /** A file of the visitor's: a program or a trace. */
  file: FileName | null;
  /** What the program is given. */
  arguments: string[];
  /** The process that is chosen. */
  who: number | null;
  /** Nothing: where the run is best looked at. */
  step: number | null;
  language: Language | null;
  /** The lesson, the notes, the manner. */
  extra: Extra;
}

/** What most schedules begin with, and `do` leaves out. */
const USUAL = /^1-linux-(?=\d)/;

/** Seeds are whole numbers that JavaScript holds exactly. */
export function parseSeed(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text.trim())) return null;
  return Number(text.trim());
}

/** The whole address of a file beside the page; nothing if it lies elsewhere, which the page's policy forbids too. */
export function onThisHost(name: string, page: string): string | null {
  try {
    const address = new URL(name, page);
    return address.origin === new URL(page).origin ? address.href : null;
  } catch {
    return null;
  }
}

/** Reads the part of an address after the #. */
export function readAddress(hash: string): Address {
  const text = hash.replace(/^#/, "");
  const [path, query] = text.startsWith("/")
    ? split(text.slice(1))
    : ["", text];
  const fields = new URLSearchParams(query);
  const file = fields.get("file");
  const words = fields.get("args");
  const language = fields.get("lang");
  return {
    program: path === "" ? null : decode(path),
    policy: readPolicy(fields),
    trace: fields.get("trace"),
    file: file === null ? null : { name: file, hash: fields.get("hash") ?? "" },
    arguments: words === null ? [] : splitWords(words),
    who: parseNumber(fields.get("who")),
    step: parseNumber(fields.get("step")),
    language: language === "en" || language === "zh" ? language : null,
    extra: readExtra(fields),
  };
}

function parseNumber(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Arguments as they are typed: spaces stand between them. */
export function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Hand-typed addresses may hold a stray %: then it means itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function split(text: string): [string, string] {
  const mark = text.indexOf("?");
  return mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
}

function readPolicy(fields: URLSearchParams): Policy {
  const short = fields.get("do");
  const schedule =
    short !== null && /^\d/.test(short)
      ? `1-linux-${short}`
      : fields.get("schedule");
  const seed = parseSeed(fields.get("seed"));
  if (schedule !== null) return { kind: "schedule", schedule };
  const steps = parseNumber(fields.get("until"));
  if (seed !== null && steps !== null)
    return { kind: "begun", seed, steps, then: fields.get("then") ?? "" };
  return seed === null ? { kind: "default" } : { kind: "seed", seed };
}

/** Writes an address; the inverse of `readAddress`. */
export function writeAddress(address: Address): string {
  const fields: string[] = [];
  const put = (name: string, value: string | number | null) => {
    if (value !== null) fields.push(`${name}=${encode(String(value))}`);
  };
  const { policy } = address;
  put("trace", address.trace);
  put("file", address.file?.name ?? null);
  put("hash", address.file?.hash || null);
  put("args", address.arguments.join(" ") || null);
  if (policy.kind === "schedule" && USUAL.test(policy.schedule))
    put("do", policy.schedule.replace(USUAL, ""));
  else if (policy.kind === "schedule") put("schedule", policy.schedule);
  if (policy.kind === "seed" || policy.kind === "begun")
    put("seed", policy.seed);
  if (policy.kind === "begun") {
    put("until", policy.steps);
    put("then", policy.then || null);
  }
  put("who", address.who);
  put("step", address.step);
  put("lang", address.language);
  for (const [name, value] of extraFields(address.extra)) put(name, value);
  const query = fields.join("&");
  if (address.program === null) return query === "" ? "" : `#${query}`;
  const path = address.program.split("/").map(encodeURIComponent).join("/");
  return `#/${path}${query === "" ? "" : `?${query}`}`;
}

/** Percent-encoding that leaves readable what needs no escape in a fragment. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, "+")
    .replace(/%(2F|2C|3A|40)/g, (escape) => decodeURIComponent(escape));
}
