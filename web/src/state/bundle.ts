// A bundle: a program, a moment of its run and the notes, as one file. It is the module itself with a section of its own
// at the end, which everything else that reads WebAssembly passes over.

const NAME = "forktalk";

/** The module with an address in it. */
export function bundled(module: ArrayBuffer, address: string): Blob {
  const text = new TextEncoder();
  const name = text.encode(NAME);
  const said = text.encode(address);
  const size = lengthOf(1 + name.length + said.length);
  const head = Uint8Array.of(CUSTOM, ...size, name.length, ...name);
  return new Blob([module, head, said], { type: "application/wasm" });
}

/** The module and the address in it; nothing if that is no bundle. */
export function unbundled(
  bytes: ArrayBuffer,
): { module: ArrayBuffer; address: string } | null {
  const all = new Uint8Array(bytes);
  let start = HEADER;
  while (start < all.length) {
    const { value: size, next } = numberAt(all, start + 1);
    const end = next + size;
    const name = all.subarray(next + 1, next + 1 + (all[next] ?? 0));
    if (all[start] === CUSTOM && new TextDecoder().decode(name) === NAME) {
      const address = all.subarray(next + 1 + name.length, end);
      return {
        module: bytes.slice(0, start),
        address: new TextDecoder().decode(address),
      };
    }
    start = end;
  }
  return null;
}

/** A module begins with its magic number and its version; a section with its kind. */
const HEADER = 8;
const CUSTOM = 0;

/** A number as WebAssembly writes it: seven bits a byte, the lowest first. */
function lengthOf(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...lengthOf(value >>> 7)];
}

function numberAt(
  bytes: Uint8Array,
  at: number,
): { value: number; next: number } {
  let value = 0;
  for (let place = 0; place < 5; place++) {
    const byte = bytes[at + place] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return { value, next: at + place + 1 };
  }
  return { value: Infinity, next: at };
}
