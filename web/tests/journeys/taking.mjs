// Journeys in which something is taken out of the page, looked for, or left at a step.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { caption, isAccessible, lastOf, shown, stepOf } from "./page.mjs";

const FORGOTTEN = "#/pipe/forgotten_close?step=10&lang=en";

/** What a button of the export dialog saves: its name, and its bytes. */
async function saved(page, button) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await download;
  return [file.suggestedFilename(), await readFile(await file.path())];
}

async function exportsEverything({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.getByRole("button", { name: "Export" }).click();
  await isAccessible(page, "the export");
  const choose = (name) =>
    page.getByRole("radio", { name, exact: true }).check();
  const text = () => page.getByRole("dialog").locator("textarea").inputValue();
  const written = async (name, part) => {
    await choose(name);
    await page.waitForFunction(
      (wanted) =>
        document.querySelector("dialog textarea")?.value.includes(wanted),
      part,
    );
    return text();
  };

  const [svgName, svg] = await saved(page, "Save SVG");
  assert.equal(svgName, "pipe-forgotten_close-picture.svg");
  assert.match(svg.toString(), /reads from pipe A: 15 bytes/);
  assert.doesNotMatch(svg.toString(), /var\(|class=/);
  await choose("Strip for slides");
  await page.getByRole("textbox", { name: "Steps" }).fill("3, 10-12");
  const [, png] = await saved(page, "Save PNG");
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  const [, strip] = await saved(page, "Save SVG");
  const numbers = strip
    .toString()
    .matchAll(/font-weight="600" text-anchor="middle" fill="[^"]*">(\d+)</g);
  assert.deepEqual(
    [...numbers].map(([, step]) => step),
    ["3", "10", "11", "12"],
  );

  assert.match(
    await written("Mermaid", "sequenceDiagram"),
    /5 B through A|15 B through A/,
  );
  const chrome = JSON.parse(await written("Chrome trace", "traceEvents"));
  assert.ok(
    chrome.traceEvents.some(({ ph }) => ph === "f"),
    "has flows",
  );
  const trace = await written("Trace", '"end":"deadlock"');
  assert.equal(trace.trim().split("\n").length, (await lastOf(page)) + 3);
  assert.match(
    await written("Replay command", "forktalk run"),
    /^forktalk run --schedule \S+ programs\.wasm -- pipe\/forgotten_close\n$/,
  );
  assert.match(await written("Rust test", "#[test]"), /Some\(75\)/);
  assert.match(await written("For a course page", "<iframe"), /embed=1/);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied.").waitFor();
}

async function findsSteps({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.keyboard.press("/");
  await page.keyboard.type("child print");
  const rows = page.locator(".steps .row");
  await page.waitForFunction(
    () => document.querySelectorAll(".steps .row").length === 3,
  );
  await isAccessible(page, "find");
  await page.keyboard.press("Enter");
  assert.equal(await stepOf(page), 11);
  assert.match(await page.locator("search .count").innerText(), /1 of 3/);
  await page.keyboard.press("Enter");
  assert.equal(await stepOf(page), 12);
  await page
    .getByRole("button", { name: "Previous step that was found" })
    .click();
  assert.equal(await stepOf(page), 11);
  await page.getByRole("searchbox").press("Escape");
  assert.ok((await rows.count()) > 3, "all steps are back");
}

/** A note is written, travels in the link, and is read elsewhere, in a frame. */
async function keepsNotesAndIsEmbedded({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.getByRole("button", { name: "Add a note" }).click();
  await page.keyboard.type("All three in one read. Why?");
  await page.keyboard.press("Enter");
  await page.getByText("All three in one read. Why?").waitFor();
  await page.keyboard.press("Home");
  await page.waitForFunction(
    () => /note=10\..*/.test(location.hash) && /step=0/.test(location.hash),
  );
  const hash = await page.evaluate(() => location.hash);
  const other = await open(`${hash}&embed=1`, { width: 800, height: 620 });
  await other.locator(".picture svg").waitFor();
  assert.equal(
    await other
      .locator(".page > .bar, .side, section.source, section.steps")
      .count(),
    0,
  );
  await isAccessible(other, "embedded");
  await other.getByRole("button", { name: "Next note" }).click();
  assert.equal(await stepOf(other), 10);
  await other.getByText("All three in one read. Why?").waitFor();
  const full = await other
    .getByRole("link", { name: "Open in full" })
    .getAttribute("href");
  assert.doesNotMatch(full, /embed/);
  assert.match(full, /note=10/);
}

/** From where a message is read to where it was written, and back; from the picture too. */
async function followsAMessage({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.getByRole("button", { name: "main (1), step 5" }).click();
  assert.equal(await stepOf(page), 5);
  assert.match(await caption(page), /writes 5 bytes/);
  await page.getByRole("button", { name: "child (2), step 10" }).click();
  assert.equal(await stepOf(page), 10);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.locator(".message").last().click();
  const step = await stepOf(page);
  assert.ok(step >= 5 && step <= 7, `step ${step} wrote it`);
}

/** Journeys, by what they show. */
export const TAKING = {
  "exports pictures and texts": exportsEverything,
  "finds steps": findsSteps,
  "keeps notes in the link, and is embedded": keepsNotesAndIsEmbedded,
  "follows a message": followsAMessage,
};
