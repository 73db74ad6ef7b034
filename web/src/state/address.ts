// The address is the state: what stands after the # says what is shown, whole.
//
//   #/pipe/forgotten_close?seed=7&step=12&lang=zh
//   #/pipe/forgotten_close?schedule=7.2-19&step=12
//   #trace=recorded.jsonl&step=3        a trace that lies beside the page

import type { Language } from "../words/words";

/** Who goes next in a run. */
export type Policy =
  | { kind: "default" }
  | { kind: "seed"; seed: number }
  | { kind: "schedule"; schedule: string; seed: number | null };

/** What the address names. */
export interface Address {
  program: string | null;
  policy: Policy;
  /** A recorded trace, by its address on this page's own host. */
  trace: string | null;
  /** Nothing: where the run is best looked at. */
  step: number | null;
  language: Language | null;
}

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
  const step = fields.get("step");
  const language = fields.get("lang");
  return {
    program: path === "" ? null : decode(path),
    policy: readPolicy(fields),
    trace: fields.get("trace"),
    step: step !== null && /^\d{1,9}$/.test(step) ? Number(step) : null,
    language: language === "en" || language === "zh" ? language : null,
  };
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
  const schedule = fields.get("schedule");
  const seed = parseSeed(fields.get("seed"));
  if (schedule !== null) return { kind: "schedule", schedule, seed };
  return seed === null ? { kind: "default" } : { kind: "seed", seed };
}

/** Writes an address; the inverse of `readAddress`. */
export function writeAddress(address: Address): string {
  const fields: string[] = [];
  const put = (name: string, value: string | number | null) => {
    if (value !== null) fields.push(`${name}=${encode(String(value))}`);
  };
  put("trace", address.trace);
  if (address.policy.kind === "schedule")
    put("schedule", address.policy.schedule);
  if (address.policy.kind !== "default") put("seed", address.policy.seed);
  put("step", address.step);
  put("lang", address.language);
  const query = fields.join("&");
  if (address.program === null) return query === "" ? "" : `#${query}`;
  const path = address.program.split("/").map(encodeURIComponent).join("/");
  return `#/${path}${query === "" ? "" : `?${query}`}`;
}

/** Percent-encoding that leaves readable what needs no escape in a fragment. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(2F|2C|3A|40)/g, (escape) =>
    decodeURIComponent(escape),
  );
}
