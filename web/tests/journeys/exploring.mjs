// Searching all orders, the deciding moment, and two runs side by side.

import assert from "node:assert/strict";
import {
  addressHas,
  caption,
  isAccessible,
  isAt,
  lastOf,
  shown,
  stepOf,
} from "./page.mjs";

async function findsTheDeadlock({ open }) {
  const page = await open("#/gallery/check_then_act?step=5&lang=en");
  await shown(page);
  await page.getByRole("button", { name: "Explore", exact: true }).click();
  await page.getByText("All 3 behaviours were seen.").waitFor();
  const outcomes = page.locator(".outcome");
  assert.equal(await outcomes.count(), 3);
  assert.ok(
    await outcomes.first().evaluate((each) => each.matches(".fails")),
    "failures first",
  );
  const deadlock = outcomes.filter({ hasText: "deadlock" });
  await deadlock.getByText(/nobody can go on/).waitFor();
  await deadlock.click();
  await page.locator(".end.deadlock").waitFor();
  assert.equal(await stepOf(page), await lastOf(page));
  await page.locator(".card.trouble").first().waitFor();
}

async function findsTheDecidingMoment({ open }) {
  const page = await open(
    "#/gallery/check_then_act?do=0_1.5.2&step=20&lang=en",
  );
  await shown(page);
  const fate = page.getByRole("group", { name: "Can it still end well?" });
  await fate.getByRole("button", { name: "lost at step 6" }).click();
  await isAt(page, 6);
  await fate.getByText("Had main (1) gone first at step 6").waitFor();
  await fate.getByRole("button", { name: "Compare" }).click();
  const dialog = page.getByRole("dialog", { name: "Two runs, side by side" });
  await dialog.getByText("The first 5 steps are the same.").waitFor();
  assert.equal(await dialog.locator("tr.parts").count(), 1);
  await dialog.locator("tr.parts td").nth(1).getByRole("button").click();
  await isAt(page, 6);
  await page.getByRole("region", { name: "Runs" }).waitFor();
  assert.equal(await fate.count(), 0, "the good run has no such question");
}

async function saysWhenNoOrderHelps({ open }) {
  const page = await open("#/pipe/forgotten_close?step=9999&lang=en");
  await shown(page);
  await page.getByText("The mistake is in the program").waitFor();
}

async function triesFaultsToo({ open }) {
  const page = await open("#/gallery/getter_dies?lang=en");
  await shown(page);
  await page.getByRole("tab", { name: "How it ends" }).click();
  await page.getByText("Which runs").click();
  await page.getByLabel("a kill").check();
  await page.getByRole("button", { name: "Explore every order" }).click();
  await page.getByText(/All that was asked for was seen/).waitFor();
  const killed = page.locator(".outcome", {
    hasText: /child \(\d\) is killed/,
  });
  await killed
    .getByText(/with a fault:/)
    .first()
    .waitFor();
  const well = page.locator(".outcome:not(.fails)").first();
  assert.doesNotMatch(await well.innerText(), /with a fault/);
  await page.locator(".outcome.fails").first().click();
  await addressHas(page, "do=");
}

/** A search that does not end is stopped, and says what is known. */
async function isStopped({ open }) {
  const page = await open("#/pipe/thousand_integers?lang=en");
  await shown(page);
  await page.keyboard.press("x");
  await page.locator(".counts.running").waitFor();
  await page.keyboard.press("x");
  await page.getByText(/^Stopped after/).waitFor();
}

async function isForEverybody({ open }) {
  for (const look of [
    { scheme: "light", width: 1440, height: 900 },
    { scheme: "dark", width: 360, height: 740 },
  ]) {
    const hash = "#/gallery/check_then_act?do=0_1.5.2&step=5&lang=en";
    const page = await open(hash, look);
    await shown(page);
    const tab = (name) => page.getByRole("tab", { name });
    if (look.width < 400) await tab("Who next").click();
    await page.locator(".side .end").first().waitFor();
    await isAccessible(page, "who next");
    await tab("How it ends").click();
    await page.getByRole("button", { name: "Explore every order" }).click();
    await page.getByText("All 3 behaviours were seen.").waitFor();
    await isAccessible(page, "outcomes");
    const ask = await asksForRuns(page);
    await ask("exits child", "main");
    await page.getByText("In none of all 3 behaviours.").waitFor();
    await ask("main", "");
    await page.getByText("In all 3 behaviours.").waitFor();
    await isAccessible(page, "runs that were found");
    const { scrollWidth, clientWidth } = await page
      .locator("#side-panel")
      .evaluate(({ scrollWidth, clientWidth }) => ({
        scrollWidth,
        clientWidth,
      }));
    assert.equal(scrollWidth, clientWidth, "nothing is cut off");
    const compare = page.getByRole("button", { name: "Compare" });
    await compare.filter({ visible: true }).click();
    await page.getByRole("dialog").waitFor();
    await isAccessible(page, "two runs");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "All acts" }).waitFor();
    await isAccessible(page, "all acts");
  }
}

/** Opens the form that finds runs, by keyboard alone; answers how to ask it. */
async function asksForRuns(page) {
  const form = page.locator(".runs");
  await form.getByText("Find runs").first().press("Enter");
  return async (comes, without) => {
    await form.getByLabel("Runs in which this comes").fill(comes);
    const other = form.getByLabel("and this does not come before it");
    await other.fill(without);
    await other.press("Enter");
  };
}

/** The same, of a page that was just opened. */
async function asksFor(page) {
  await shown(page);
  await page.getByRole("tab", { name: "How it ends" }).click();
  return asksForRuns(page);
}

/** In one of the three behaviours the child falls asleep, and main did not before: that is the deadlock. */
async function findsRuns({ open }) {
  const page = await open("#/gallery/check_then_act?lang=en");
  const ask = await asksFor(page);
  await ask("sleeps child", "sleeps main");
  await page.getByText("In 1 of all 3 behaviours.").waitFor();
  const found = page.locator(".match");
  assert.match(await found.innerText(), /step 12 of 19\s+child \(2\) sleeps/);
  await found.press("Enter");
  await isAt(page, 12);
  assert.match(await caption(page), /^child \(2\) sleeps/);
  assert.equal(await lastOf(page), 19);

  // How it ends is found too, and opened at its last step.
  await ask("deadlock", "");
  await found.getByText("Deadlock: nobody can go on.").click();
  await page.locator(".end.deadlock").waitFor();

  await ask("deadlock", "sleeps child");
  await page.getByText("In none of all 3 behaviours.").waitFor();
  assert.equal(await found.count(), 0);
  await ask("exits child", "sleeps child");
  await page.getByText("In 2 of all 3 behaviours.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByText("在全部 3 种行为中有 2 种。").waitFor();
}

/** Which of the children starts first makes no difference: one order of each behaviour is no proof. */
async function doubtsOneOrder({ open }) {
  const page = await open("#/pipe/sibling_holds_end?lang=en");
  const ask = await asksFor(page);
  await ask("(3) starts", "(2) starts");
  await page.getByText("In none of all 18 behaviours.").waitFor();
  await page.getByText(/^In 6 more it comes too late only as/).waitFor();
  await ask("(3) starts", "main forks");
  await page.getByText(/^In none of all 18 behaviours.$/).waitFor();
  assert.equal(await page.getByText(/more it comes too late/).count(), 0);
}

async function findsRunsUntilStopped({ open }) {
  const page = await open("#/pipe/thousand_integers?lang=en");
  const ask = await asksFor(page);
  await ask("child.*read", "");
  await page.locator(".runs .running").waitFor();
  await page.locator(".runs").getByRole("button", { name: "Stop" }).click();
  await page.getByText(/^In none of the \d+ runs until it was/).waitFor();
}

/** From the key to what was found. Printed; machines differ. */
async function exploresQuickly({ open }) {
  const timed = async (hash, wanted) => {
    const page = await open(hash);
    await shown(page);
    await page.waitForTimeout(1500);
    return page.evaluate(async (wanted) => {
      const begun = performance.now();
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
      let widest = 0;
      let last = begun;
      while (!document.querySelector(wanted)) {
        await new Promise((frame) => requestAnimationFrame(frame));
        widest = Math.max(widest, performance.now() - last);
        last = performance.now();
      }
      return { took: performance.now() - begun, widest };
    }, wanted);
  };
  const close = await timed("#/pipe/forgotten_close?lang=en", ".outcome.fails");
  const three = await timed("#/pipe/three_integers?lang=en", ".side .summary");
  console.log(
    `    the forgotten close is found after ${close.took.toFixed(0)} ms; three integers are exhausted after ` +
      `${three.took.toFixed(0)} ms, the longest frame ${three.widest.toFixed(0)} ms`,
  );
}

export const EXPLORING = {
  "explores to the deadlock": findsTheDeadlock,
  "finds the deciding moment, and compares": findsTheDecidingMoment,
  "says when no order helps": saysWhenNoOrderHelps,
  "tries faults too": triesFaultsToo,
  "stops a search": isStopped,
  "finds runs, or none": findsRuns,
  "doubts one order": doubtsOneOrder,
  "stops to find runs": findsRunsUntilStopped,
  "is accessible when it explores": isForEverybody,
  "explores quickly": exploresQuickly,
};
