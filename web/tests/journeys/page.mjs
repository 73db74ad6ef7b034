// What journeys ask of the page again and again.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The sentence that is shown. */
export const caption = (page) => page.locator(".caption .sentence").innerText();

/** The step that is shown, and the last one. */
export const stepOf = async (page) =>
  Number(await page.locator(".transport > label input").inputValue());
export const lastOf = async (page) =>
  Number(await page.getByRole("slider").first().getAttribute("max"));

/** Waits until a run is shown and over. */
export async function shown(page) {
  await page.locator(".picture svg").waitFor();
  await page.locator("button.run[type=submit][aria-busy=false]").waitFor();
}

/** Waits until the address names something. */
export async function addressHas(page, text) {
  await page
    .waitForFunction((wanted) => location.hash.includes(wanted), text)
    .catch(() => assert.fail(`${page.url()} does not name ${text}`));
}

/** Waits until a step is shown. */
export async function isAt(page, step) {
  await page
    .waitForFunction(
      (wanted) =>
        document.querySelector(".transport > label input")?.value ===
        String(wanted),
      step,
    )
    .catch(async () => assert.equal(await stepOf(page), step));
}

/** Fails if axe finds that somebody could not use what is shown. */
export async function isAccessible(page, where) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
  assert.deepEqual(told, [], `axe, ${where}`);
}

/** The trace of the run that is shown, as the page saves it. */
export async function savedTrace(page) {
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("radio", { name: "Trace", exact: true }).check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save" }).click();
  const file = await readFile(await (await download).path());
  await page.keyboard.press("Escape");
  return file;
}
