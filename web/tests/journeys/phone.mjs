// Journeys on a phone: 360 by 740.

import assert from "node:assert/strict";
import { caption, isAt, shown, stepOf } from "./page.mjs";

const PHONE_SIZE = { width: 360, height: 740 };
const FORGOTTEN = "#/pipe/forgotten_close?lang=en";
const RACE = "#/gallery/check_then_act?step=5&lang=en";

async function fits(page) {
  const [wide, high] = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight];
  });
  assert.ok(wide <= 360, `${wide} pixels wide`);
  assert.ok(high <= 740, `${high} pixels high`);
}

/** Picture with its pipe, sentence and controls: all there at once, nothing scrolled. */
async function showsAllThatMatters({ open }) {
  for (const hash of ["", `${FORGOTTEN}&step=5`, `${FORGOTTEN}&step=9999`]) {
    const page = await open(hash, PHONE_SIZE);
    await shown(page);
    await fits(page);
    const box = (part) => page.locator(part).first().boundingBox();
    const pane = await box("section.picture");
    const tube = await box("[data-object=A]");
    assert.ok(tube.y > pane.y, "the pipe is in the pane");
    assert.ok(tube.y + tube.height <= pane.y + pane.height, "and whole");
    if (hash.includes("step=5"))
      assert.ok(await page.locator(".message").first().isVisible());
    const said = await box(".caption");
    assert.ok(said.y >= pane.y + pane.height, "the sentence below it");
    const buttons = page.locator(".transport > button");
    for (const button of await buttons.all()) {
      const { y, height } = await button.boundingBox();
      assert.ok(height >= 40, "large enough for a thumb");
      assert.ok(y >= said.y && y + height < 740, "the controls at the bottom");
    }
  }
}

/** A finger's way over the picture. */
async function swipe(page, from, to) {
  const touch = await page.context().newCDPSession(page);
  const send = (type, points) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await send("touchStart", [{ x: from, y: 300 }]);
  for (let part = 1; part <= 4; part++)
    await send("touchMove", [{ x: from + ((to - from) * part) / 4, y: 302 }]);
  await send("touchEnd", []);
}

async function stepsByASwipe({ open }) {
  const page = await open(`${FORGOTTEN}&step=5`, PHONE_SIZE);
  await shown(page);
  await swipe(page, 250, 120);
  await isAt(page, 6);
  await swipe(page, 120, 250);
  await isAt(page, 5);
}

/** All else is pulled up from below, one thing at a time. */
async function pullsUpTheRest({ open }) {
  const page = await open(`${FORGOTTEN}&step=13`, PHONE_SIZE);
  await shown(page);
  const parts = {
    Source: "section.source",
    Output: "section.output",
    Steps: "section.steps",
    Lanes: ".timeline .lanes",
  };
  const visible = async () => {
    const up = [];
    for (const [name, part] of Object.entries(parts))
      if (await page.locator(part).isVisible()) up.push(name);
    return up;
  };
  const button = (name) => page.getByRole("button", { name, exact: true });
  assert.deepEqual(await visible(), []);
  for (const name of Object.keys(parts)) {
    await button(name).click();
    assert.deepEqual(await visible(), [name]);
    await fits(page);
  }
  await page.keyboard.press("Escape");
  assert.deepEqual(await visible(), []);
  await page.getByRole("button", { name: "why?" }).click();
  await page.locator(".why .circle").waitFor();
  await button("Steps").click();
  assert.ok(!(await page.locator(".why .circle").isVisible()));
  await page.locator(".steps .row").first().click();
  await button("Steps").click();
  const before = await caption(page);
  await button("Order, lessons, files, language").click();
  await button("中文").click();
  assert.notEqual(await caption(page), before);
}

async function isSteered({ open }) {
  const page = await open(RACE, PHONE_SIZE);
  await shown(page);
  const option = page.locator(".side button.option").nth(1);
  assert.ok(!(await option.isVisible()), "the sheet is down");
  await page.getByRole("tab", { name: "Who next" }).click();
  await option.waitFor();
  await fits(page);
  await option.click();
  await isAt(page, 6);
}

/** The lesson first; then, for what is to be seen, the picture. */
async function learns({ open }) {
  const page = await open("#lesson=1&lang=en", PHONE_SIZE);
  await shown(page);
  const lesson = page.locator("section.lesson");
  assert.ok(await lesson.isVisible(), "the lesson is up");
  await fits(page);
  await lesson.locator("fieldset input").nth(2).check();
  await page.getByRole("button", { name: "Show me" }).click();
  assert.ok(!(await lesson.isVisible()), "and makes way");
  assert.equal(await stepOf(page), 3);
  await page.getByRole("button", { name: "Last step" }).click();
  await page.getByRole("button", { name: "✓ Lesson" }).click();
  await lesson.locator("a.next").click();
  await page.waitForFunction(() => location.hash.includes("lesson=2"));
  assert.ok(await lesson.isVisible(), "the next is up");
}

/** Journeys, by what they show. */
export const PHONE = {
  "on a phone, shows all that matters at once": showsAllThatMatters,
  "on a phone, steps by a swipe": stepsByASwipe,
  "on a phone, pulls up the rest": pullsUpTheRest,
  "on a phone, is steered": isSteered,
  "on a phone, learns": learns,
};
