// Runs programs of the shared suite in a real, headless Chromium.
//
//   node tests/suite.mjs [--seconds N] [--dist DIRECTORY]
//
// Reads lines {"program":"pipe/eof","seed":7} from standard input, to its end (seed null: the default policy), and
// prints for each, in order, the same object with either "trace", the whole trace as text, or "error", a sentence.
// Exits with 0 if all were run, with 1 if one could not be, with 2 if the browser could not; it always ends, after N
// seconds (300) at the latest.

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { serve, startBrowser } from "./site.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    dist: { type: "string" },
  },
});

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
  const site = await serve(options.dist);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${site.address}suite.html`);
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
    site.close();
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
