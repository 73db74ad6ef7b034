// Choosing who goes next, breaking things, and what is kept of it.

import assert from "node:assert/strict";
import {
  addressHas,
  caption,
  isAt,
  lastOf,
  savedTrace,
  shown,
  stepOf,
} from "./page.mjs";

const RACE = "#/gallery/check_then_act?step=5&lang=en";

async function branches({ open }) {
  const page = await open(RACE);
  await shown(page);
  const options = page.locator(".side button.option");
  assert.equal(await options.count(), 2, "both can go");
  await page.locator(".side .end.bad").waitFor();
  // As the run went: one step on, and no branch.
  await page.keyboard.press("1");
  await isAt(page, 6);
  assert.equal(await page.locator(".side li.shown").count(), 0);
  await page.keyboard.press("ArrowLeft");
  // Otherwise: another run, and the first is kept.
  await page.keyboard.press("2");
  await addressHas(page, "do=0_1.5.2");
  await isAt(page, 6);
  assert.match(await caption(page), /^child \(2\)/);
  const runs = page.getByRole("region", { name: "Runs" }).locator("li");
  assert.equal(await runs.count(), 2);
  await runs.first().locator(".to").click();
  assert.match(await caption(page), /^main \(1\)/);
  // The same choice again is the same run.
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("2");
  await isAt(page, 6);
  await addressHas(page, "do=0_1.5.2");
  assert.equal(await runs.count(), 2);
  // The mark is taken back: the first run again.
  await page.getByRole("button", { name: /^Take back/ }).click();
  await isAt(page, 5);
  assert.equal(await runs.count(), 2);
  await page.goBack();
  await addressHas(page, "do=0_1.5.2");
}

async function breaksByHand({ open }) {
  const page = await open("#/pipe/last_writer_ends?step=9&lang=en");
  await shown(page);
  const kill = page.locator(".side button[data-choice^=k]").first();
  await kill.hover();
  await kill.click();
  await addressHas(page, ".k");
  await isAt(page, 10);
  assert.match(await caption(page), /is killed/);
  await page.locator(".card.killed").waitFor();
  const root = page.locator(".side button[data-choice=k1]");
  assert.equal(await root.count(), 0, "the first process is not killed");
  await page.getByRole("button", { name: /^Take back/ }).click();
  await page.waitForFunction(() => !location.hash.includes(".k"));
  assert.equal(await page.locator(".card.killed").count(), 0);
}

/** What can strike only in some states is offered in those only. */
async function offersWhatCanHappen({ open }) {
  const page = await open("#/queue/empty_with_timeout?step=0&lang=en");
  await shown(page);
  const last = await lastOf(page);
  const seen = new Set();
  for (let step = 0; step < Math.min(last, 40); step++) {
    for (const choice of await page
      .locator(".side [data-choice]")
      .evaluateAll((all) => all.map((each) => each.dataset.choice)))
      seen.add(choice.replace(/\d.*/, ""));
    await page.keyboard.press("ArrowRight");
  }
  assert.ok(seen.has(""), "somebody goes");
  assert.ok(seen.has("e"), "making a pipe may fail");
}

/** Off a run by dice, hundreds of choices are not the usual ones: the link stays short, and leads there again. */
async function linksShortly({ open }) {
  const page = await open("#/queue/four_and_four?seed=3&step=300&lang=en");
  await shown(page);
  await page.locator(".side button.option:not(.went)").first().click();
  await isAt(page, 301);
  await shown(page);
  await addressHas(page, "step=301");
  const { hash } = new URL(page.url());
  assert.match(hash, /seed=3&until=300/);
  assert.ok(hash.length <= 120, `a long link: ${hash}`);
  const seen = [await caption(page), await lastOf(page)];
  const again = await open(hash);
  await shown(again);
  assert.deepEqual([await caption(again), await lastOf(again)], seen);
  // By the whole schedule, as links were before, it is the same run.
  const text = (await savedTrace(page)).toString();
  const { schedule } = JSON.parse(text.split("\n")[0]);
  const old = schedule.replace("1-linux-", "");
  const older = await open(`#/queue/four_and_four?do=${old}&step=301&lang=en`);
  await shown(older);
  assert.deepEqual([await caption(older), await lastOf(older)], seen);
}

async function worksByKeysAlone({ open }) {
  const page = await open(RACE);
  await shown(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("explore");
  await page.keyboard.press("Enter");
  await page.locator(".outcome").first().waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.locator("#tab-next[aria-selected=true]").waitFor();
  await page.keyboard.press("k");
  await addressHas(page, ".k2");
  await page.keyboard.press("b");
  await page.waitForFunction(() => !location.hash.includes(".k2"));
  await page.keyboard.press("e");
  assert.equal(await stepOf(page), await lastOf(page));
  await page.keyboard.press("?");
  const help = page.getByRole("dialog");
  assert.match(await help.innerText(), /Kill a process here/);
}

/** A branch at step 200 of a long run: from the key to its picture. Printed; machines differ. */
async function branchesQuickly({ open }) {
  const page = await open("#/queue/four_and_four?step=200&lang=en");
  await shown(page);
  await page.waitForTimeout(1000);
  const times = [];
  for (let turn = 0; turn < 9; turn++) {
    const choice = page.locator(".side button.option:not(.went)").first();
    if ((await choice.count()) === 0) break;
    times.push(
      await choice.evaluate(async (button) => {
        const caption = document.querySelector(".caption");
        const begun = performance.now();
        const changed = new Promise((seen) =>
          new MutationObserver(seen).observe(caption, {
            subtree: true,
            characterData: true,
            childList: true,
          }),
        );
        button.click();
        await changed;
        void document.body.offsetHeight;
        return performance.now() - begun;
      }),
    );
    await page.waitForTimeout(600);
  }
  times.sort((a, b) => a - b);
  console.log(
    `    a branch at step 200 of ${await lastOf(page)} takes ${times[times.length >> 1].toFixed(0)} ms (${times.map((each) => each.toFixed(0)).join(", ")})`,
  );
  assert.ok(times.length > 0);
}

export const STEERING = {
  "branches, and keeps the run that was": branches,
  "kills a process, and takes it back": breaksByHand,
  "offers what can happen": offersWhatCanHappen,
  "links shortly to a branch off a seed's run": linksShortly,
  "is steered by keys alone": worksByKeysAlone,
  "branches quickly": branchesQuickly,
};
