// Journeys along the timeline.

import assert from "node:assert/strict";
import { crowd } from "./crowd.mjs";
import { addressHas, isAccessible, lastOf, shown, stepOf } from "./page.mjs";

/** A long run opens with its turning points; more detail, less detail, the strip is the scrollbar. */
async function zoomsByMeaning({ open }) {
  const page = await open("#/queue/four_and_four?seed=3&step=300&lang=en");
  await shown(page);
  const detail = page.locator(".tools .detail");
  const wide = () =>
    page.locator(".strip").evaluate((strip) => strip.scrollWidth);
  const seen = [];
  for (const name of ["turning points", "and messages", "every step"]) {
    assert.equal(await detail.innerText(), name);
    seen.push(await wide());
    if (name !== "every step")
      await page.getByRole("button", { name: "More detail" }).click();
  }
  assert.ok(seen[0] < seen[1] && seen[1] < seen[2], `grows: ${seen}`);
  assert.ok(await page.locator(".overview .sight").isVisible());
  const marks = await page.locator(".strip svg *").count();
  assert.ok(marks < 700, `${marks} elements, however long the run`);
  const start = () => page.locator(".overview .sight").getAttribute("x");
  const before = await start();
  await page.keyboard.press("End");
  assert.equal(await stepOf(page), await lastOf(page));
  assert.notEqual(await start(), before, "the lanes follow the step");
  await page.getByRole("button", { name: "Less detail" }).click();
  assert.equal(await detail.innerText(), "and messages");
}

/** By keys: lanes are left out and pinned, and the link shows them so elsewhere. */
async function choosesLanes({ open }) {
  const page = await open("#/queue/four_and_four?seed=3&step=300&lang=en");
  await shown(page);
  const names = (at) => at.locator(".timeline .names li").allInnerTexts();
  const pids = async (at) =>
    (await names(at)).map((text) => Number(/\d+$/.exec(text)[0]));
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  assert.deepEqual(await pids(page), all);
  await page.keyboard.press("v");
  await isAccessible(page, "the choice of lanes");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  assert.deepEqual(await pids(page), all.slice(2));
  // The chosen process, by its number and by its neighbour.
  await page.keyboard.press("Shift+Digit6");
  await page.getByText("child (6) is chosen.").waitFor({ state: "attached" });
  await page.keyboard.press(".");
  await page.getByText("child (7) is chosen.").waitFor({ state: "attached" });
  await page.keyboard.press("p");
  assert.deepEqual(await pids(page), [7, 3, 4, 5, 6, 8, 9]);
  assert.match((await names(page))[0], /⊤/);
  await page.keyboard.press(",");
  await page.keyboard.press("h");
  await page.keyboard.press("d");
  await page.keyboard.press("+");
  for (const part of ["hide=1.2.6", "pin=7", "shade=1", "zoom=messages"])
    await addressHas(page, part);
  const { hash } = new URL(page.url());
  const other = await open(hash);
  await shown(other);
  assert.deepEqual(await pids(other), [7, 3, 4, 5, 8, 9]);
  assert.equal(
    await other.locator(".tools .detail").innerText(),
    "and messages",
  );
  assert.ok(await other.locator(".legend").isVisible());
  await page.getByRole("button", { name: "6 of 9 lanes" }).click();
  await page.getByRole("button", { name: "Show them all" }).click();
  assert.deepEqual(await pids(page), all);
}

/** What must come before a step, what after; and the time in which nobody goes. */
async function showsBeforeAndAfter({ open }) {
  const page = await open("#/queue/empty_with_timeout?step=20&lang=en");
  await shown(page);
  await page.getByRole("button", { name: "before / after" }).click();
  const legend = await page.locator(".legend").innerText();
  const [before, either, after] = legend.match(/\d+/g).map(Number);
  assert.equal(before + either + after + 1, await lastOf(page), legend);
  assert.ok(await page.locator(".strip rect.concurrent").first().isVisible());
  const narrow = await page.locator(".strip text.pause").count();
  assert.equal(narrow, 0, "no time is shown unless asked for");
  await page.getByRole("button", { name: "time", exact: true }).click();
  assert.match(
    await page.locator(".strip text.pause").first().textContent(),
    /50 ms/,
  );
  await page.keyboard.press("Home");
  assert.match(await page.locator(".legend").innerText(), /Go to a step/);
}

/** 10,000 steps of twelve processes: a key press at the far end, at each detail, and a scroll there. */
async function staysQuick({ open }) {
  const page = await open("#/pipe/forgotten_close?lang=en");
  await shown(page);
  const buffer = Buffer.from(crowd(12, 10_000));
  const mimeType = "application/octet-stream";
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "crowd.jsonl", mimeType, buffer });
  await page.getByText("of 10,000").waitFor();
  for (const detail of ["turning points", "and messages", "every step"]) {
    const shownDetail = await page.locator(".tools .detail").innerText();
    if (shownDetail !== detail)
      await page.getByRole("button", { name: "More detail" }).click();
    await page.keyboard.press("End");
    const [key, scroll] = await page.evaluate(async () => {
      const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
      const strip = document.querySelector(".strip");
      const keys = [];
      const scrolls = [];
      for (let turn = 0; turn < 40; turn++) {
        let start = performance.now();
        const key = turn % 2 ? "ArrowRight" : "ArrowLeft";
        window.dispatchEvent(new KeyboardEvent("keydown", { key }));
        await null;
        await null;
        void document.body.offsetHeight;
        keys.push(performance.now() - start);
        start = performance.now();
        strip.scrollLeft += turn % 2 ? 300 : -300;
        strip.dispatchEvent(new Event("scroll"));
        await null;
        await null;
        void document.body.offsetHeight;
        scrolls.push(performance.now() - start);
      }
      return [median(keys), median(scrolls)];
    });
    console.log(
      `    ${detail}: a step takes ${key.toFixed(1)} ms, a scroll ${scroll.toFixed(1)} ms`,
    );
  }
  const marks = await page.locator(".strip svg *").count();
  assert.ok(marks < 900, `${marks} elements, however long the run`);
}

/** Journeys, by what they show. */
export const TIMELINE = {
  "zooms the timeline by meaning": zoomsByMeaning,
  "hides and pins lanes, by keys": choosesLanes,
  "stays quick at 10,000 steps of 12 processes": staysQuick,
  "shows what comes before and after a step": showsBeforeAndAfter,
};
