// How the page comes to a visitor: how much of it, how soon, from where.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import assert from "node:assert/strict";
import { serve } from "../site.mjs";
import { caption, shown } from "./page.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** All that is loaded for the first picture, compressed; and how soon that is there. Printed; machines differ. */
async function loadsLittle({ open, requests }) {
  const page = await open("");
  const picture = await page
    .waitForFunction(
      () => document.querySelector(".picture svg") && performance.now(),
    )
    .then((time) => time.jsonValue());
  const first = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  );
  await shown(page);
  const files = new Set(requests.map((url) => new URL(url).pathname.slice(1)));
  let own = 0;
  let guests = 0;
  for (const file of files) {
    const bytes = await readFile(DIST + (file || "index.html"));
    const size = gzipSync(bytes, { level: 9 }).length / 1000;
    if (file.includes("programs") && file.endsWith(".wasm")) guests += size;
    else own += size;
  }
  assert.ok(guests > 0, "the guests are loaded too");
  console.log(
    `    the first load is ${own.toFixed(0)} KB compressed, and ${guests.toFixed(0)} KB of guests; ` +
      `first paint after ${first?.toFixed(0)} ms, the picture within ${picture.toFixed(0)} ms`,
  );
}

/** Below a path of some static server. */
async function worksBelowAPath({ open }) {
  const at = await serve(DIST, "/courses/unix/");
  const hash = "#/pipe/forgotten_close?step=9999&lang=en";
  const page = await open(hash, { at: at.address });
  await shown(page);
  assert.match(await caption(page), /so it waits/);
  // What only searches load is found there too.
  await page.getByText("Never:").first().waitFor();
  at.close();
}

/** Where the browser holds no more processes that is said, once, and another program runs all the same. */
async function tellsThatTheBrowserIsFull({ open }) {
  const page = await open("#/process/hundred_children?lang=en", {
    memories: 20,
  });
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /no memory for another process/);
  await page.locator(".program select").selectOption("pipe/three_integers");
  await shown(page);
  await page.keyboard.press("End");
  await page.locator(".end.finished").waitFor();
}

/** Journeys, by what they show. */
export const LOADING = {
  "loads little, and soon": loadsLittle,
  "works below a path": worksBelowAPath,
  "tells that the browser is full": tellsThatTheBrowserIsFull,
};
