// Journeys of a learner: a lesson from its link to its end, in both languages.

import assert from "node:assert/strict";
import { addressHas, shown, stepOf } from "./page.mjs";

const TEXTS = {
  en: { reveal: "Show me", right: "Right.", wrong: "Not quite.", done: "Done" },
  zh: {
    reveal: "让我看看",
    right: "正确。",
    wrong: "不完全对。",
    done: "完成",
  },
};

/** The lesson's pane. */
const lesson = (page) => page.locator("section.lesson");

async function answer(page, number) {
  await lesson(page).locator("fieldset input").nth(number).check();
}

/** From the link through prediction and reveal to the goal, then on to the next lesson. */
async function learnsInBothLanguages({ open }) {
  for (const [lang, texts] of Object.entries(TEXTS)) {
    const page = await open(`#lesson=1&lang=${lang}`);
    await shown(page);
    assert.equal(await stepOf(page), 2);
    assert.equal(await page.locator("section.steps").count(), 0);
    assert.equal(await lesson(page).locator(".goal").count(), 0);
    await answer(page, 0);
    await lesson(page).getByText(texts.wrong).waitFor();
    await page.getByRole("button", { name: texts.reveal }).click();
    assert.equal(await stepOf(page), 3);
    assert.equal(await page.locator("[data-wire]").count(), 4);
    await page.keyboard.press("End");
    await lesson(page).locator(".goal.done").waitFor();
    const heading = lesson(page).locator(".goal h3");
    assert.ok((await heading.innerText()).includes(texts.done));
    await lesson(page).locator("a.next").click();
    await page.waitForFunction(() => location.hash.includes("lesson=2"));
    await shown(page);
    assert.equal(await lesson(page).locator(".goal").count(), 0);
    await answer(page, 1);
    await lesson(page).getByText(texts.right).waitFor();
    await page.keyboard.press("ArrowRight");
    await lesson(page).locator(".goal.done").waitFor();
  }
}

/** Who comes back finds what was learnt, and goes on where the visit ended; an address says otherwise. */
async function comesBack({ open }) {
  const page = await open("#lesson=1&lang=en");
  await shown(page);
  await answer(page, 2);
  await page.keyboard.press("End");
  await lesson(page).locator(".goal.done").waitFor();
  await addressHas(page, "lesson=1");
  const last = await stepOf(page);
  await page.waitForFunction(
    (step) => localStorage.getItem("forktalk").includes(`step=${step}`),
    last,
  );
  const home = new URL(page.url());
  home.hash = "";
  await page.goto("about:blank");
  await page.goto(home.href);
  await shown(page);
  assert.equal(await stepOf(page), last, "where one was");
  await lesson(page).locator(".goal.done").waitFor();
  await page.goto("about:blank");
  await page.goto(`${home.href}#/pipe/forgotten_close?step=5&lang=en`);
  await shown(page);
  assert.equal(await stepOf(page), 5, "the address goes first");
  const kept = await page.evaluate(() => Object.keys({ ...localStorage }));
  assert.deepEqual(kept, ["forktalk"], "nothing else is kept");
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.goto("about:blank");
  await page.goto(`${home.href}#lesson=1&lang=en`);
  await shown(page);
  assert.equal(await lesson(page).locator(".goal").count(), 0);
}

/** Each of the ten opens where it should, knows its answer, and shows it. */
async function opensThemAll({ open }) {
  const right = [2, 1, 1, 1, 2, 2, 0, 1, 2, 2];
  const page = await open("#lesson=1&lang=en");
  for (const [index, number] of right.entries()) {
    await page
      .getByLabel("Choose a lesson")
      .selectOption({ value: String(index + 1) });
    await addressHas(page, `lesson=${index + 1}`);
    await shown(page);
    const before = await stepOf(page);
    await answer(page, number);
    await lesson(page).getByText("Right.").waitFor();
    await page.getByRole("button", { name: "Show me" }).click();
    await page.waitForFunction(
      (step) =>
        document.querySelector(".transport > label input").value !== step,
      String(before),
    );
    await shown(page);
    assert.equal(await page.getByRole("alert").count(), 0);
    const { hash } = new URL(page.url());
    assert.ok(hash.length < 110, `a long link: ${hash}`);
  }
  await page.locator(".end.deadlock").waitFor();
}

/** A program that hangs in some orders only is made to hang. */
async function makesItHang({ open }) {
  const page = await open("#lesson=6&lang=en");
  await shown(page);
  await answer(page, 2);
  await page.locator(".order select").selectOption("seed");
  await page.waitForFunction(() => location.hash.includes("seed="));
  for (let seed = 8; seed < 20; seed++) {
    await page.keyboard.press("End");
    if (await page.locator(".end.deadlock").count()) break;
    await page.getByRole("button", { name: "Another seed" }).click();
    await page.waitForFunction(
      (wanted) => location.hash.includes(wanted),
      `seed=${seed}`,
    );
    await shown(page);
  }
  await lesson(page).locator(".goal.done").waitFor();
  const sandbox = lesson(page).locator(".sandbox a").first();
  await sandbox.click();
  await page.waitForFunction(() => location.hash.includes("_repaired"));
  await page.getByRole("button", { name: "Leave the lesson" }).click();
  assert.equal(await lesson(page).count(), 0);
}

/** The mistake is repaired, and all orders of the repaired program are seen. */
async function provesTheRepair({ open }) {
  const page = await open("#lesson=4&lang=en");
  await shown(page);
  await answer(page, 1);
  await page.getByRole("button", { name: "Show me" }).click();
  await page.locator(".end.deadlock").waitFor();
  await page.locator(".program select").selectOption("pipe/three_integers");
  await page.waitForFunction(() => location.hash.includes("three_integers"));
  await shown(page);
  assert.equal(await lesson(page).locator(".goal.done").count(), 0);
  await page.getByRole("button", { name: "Explore" }).click();
  await lesson(page).locator(".goal.done").waitFor();
}

/** By hand: the right worker is killed at the right moment. */
async function killsInTheMiddle({ open }) {
  const page = await open("#lesson=9&lang=en");
  await shown(page);
  assert.equal(
    await page.getByRole("tablist").count(),
    0,
    "nothing tells before",
  );
  await answer(page, 2);
  await page.locator("[data-pid='2']").click();
  await page.keyboard.press("k");
  await page.locator("[data-pid='2'].killed").waitFor();
  await page.keyboard.press("End");
  await lesson(page).locator(".goal.done").waitFor();
}

/** What a wrong kill does is shown by a run of its own. */
async function seesTheKill({ open }) {
  const page = await open("#lesson=9&lang=en", { width: 360, height: 740 });
  await shown(page);
  await answer(page, 2);
  await page.getByRole("button", { name: "Show me" }).click();
  await page.locator("[data-pid='2'].killed").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `${wide} pixels wide`);
}

/** Journeys, by what they show. */
export const LEARNING = {
  "learns a lesson to its end, in both languages": learnsInBothLanguages,
  "learns, and comes back": comesBack,
  "learns from all ten": opensThemAll,
  "learns by making it hang": makesItHang,
  "learns by proving the repair": provesTheRepair,
  "learns by killing in the middle": killsInTheMiddle,
  "learns what a kill does, on a phone": seesTheKill,
};
