// Files of the visitor's own: programs and traces that were dropped. A link holds a file's name and hash, and asks for it.

import { readAddress, type Address } from "./address";
import { unbundled } from "./bundle";

/** A file, as a link names it. */
export interface FileName {
  name: string;
  /** The beginning of its SHA-256, in hex; empty where the browser cannot say (it can on https and on this machine). */
  hash: string;
}

/** A file that is there. */
export interface OwnFile extends FileName {
  bytes: ArrayBuffer;
}

/** So many digits of a hash tell files apart, and keep links short. */
const DIGITS = 12;

/** A file that was dropped or chosen; of a bundle the program, and the address that came with it. */
export async function openedFile(
  file: File,
): Promise<{ own: OwnFile; inside: Address | null }> {
  const bytes = await file.arrayBuffer();
  const bundle = isModule({ bytes }) ? unbundled(bytes) : null;
  if (!bundle) return { own: await ownFile(file.name, bytes), inside: null };
  const inside = readAddress(bundle.address);
  const name = inside.file?.name ?? file.name;
  return { own: await ownFile(name, bundle.module), inside };
}

async function ownFile(name: string, bytes: ArrayBuffer): Promise<OwnFile> {
  return { name, hash: await hashOf(bytes), bytes };
}

/** The file that lies beside the page, if the command serves it with this one (`forktalk view`). */
export async function givenFile(wanted: FileName): Promise<File | null> {
  const meta = document.querySelector<HTMLMetaElement>("meta[name=given]");
  if (meta === null || meta.content !== encodeURIComponent(wanted.name))
    return null;
  const answer = await fetch(`given/${meta.content}`);
  return answer.ok ? new File([await answer.blob()], wanted.name) : null;
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  // Not there on a page that came over plain http from another machine.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return "";
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").slice(0, DIGITS);
}

/** Whether it is a program: a WebAssembly module begins so. */
export function isModule({ bytes }: Pick<OwnFile, "bytes">): boolean {
  const magic = new Uint8Array(bytes.slice(0, 4));
  return String.fromCharCode(...magic) === "\0asm";
}

/** Whether a file is the one that a link names; what is not known of either does not count. */
export function isFile(file: FileName, wanted: FileName): boolean {
  return file.hash === "" || wanted.hash === ""
    ? file.name === wanted.name
    : file.hash === wanted.hash;
}

/** What a program is called: its file's name without the ending. */
export function programName(file: FileName): string {
  return file.name.replace(/\.wasm$/, "");
}
