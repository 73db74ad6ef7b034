// Runs programs of the shared suite in a real, headless Chromium.
//
//   node tests/suite.mjs [--seconds N] [--dist DIRECTORY]
//
// Reads lines {"program":"pipe/eof","seed":7} from standard input, to its end (seed null: the default policy), and
// prints for each, in order, the same object with either "trace", the whole trace as text, or "error", a sentence.
// Exits with 0 if all were run, with 1 if one could not be, with 2 if the browser could not; it always ends, after N
// seconds (300) at the latest.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    dist: {
      type: "string",
      default: fileURLToPath(new URL("../dist", import.meta.url)),
    },
  },
});

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

setTimeout(
  () => {
    console.error(`suite.mjs: not done after ${options.seconds} seconds`);
    process.exit(2);
  },
  Number(options.seconds) * 1000,
).unref();

try {
  process.exitCode = await runAll();
} catch (error) {
  console.error(`suite.mjs: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}

async function runAll() {
  const server = await serve(options.dist);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: CHROMIUM_FLAGS,
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/suite.html`);
    let failed = 0;
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() === "") continue;
      const { program, seed } = JSON.parse(line);
      const outcome = await runOne(page, program, seed);
      if ("error" in outcome) failed += 1;
      console.log(JSON.stringify({ program, seed, ...outcome }));
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await browser.close();
    server.close();
  }
}

/** An error in the page reaches us as text with the page's stack behind it: the first line is the sentence. */
async function runOne(page, program, seed) {
  try {
    return await page.evaluate(
      ([program, seed]) => window.forktalkSuite(program, seed),
      [program, seed],
    );
  } catch (error) {
    return { error: String(error.message).split("\n")[0] };
  }
}

/** Serves a folder on loopback, on a port that is free. */
function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://host").pathname);
    const file = join(folder, path);
    const found =
      file.startsWith(folder) && (await stat(file).catch(() => null))?.isFile();
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
