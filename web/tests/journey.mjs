// What people do with the page, done in a real Chromium on the built page: `npm run build`, then `npm run journey`.
//
//   node tests/journey.mjs                         all journeys
//   node tests/journey.mjs --only branch     those whose name has this word
//   node tests/journey.mjs --picture ../docs/page.png    only the picture for the front page

import assert from "node:assert/strict";
import { EXPLORING } from "./journeys/exploring.mjs";
import { FILES } from "./journeys/files.mjs";
import { LEARNING } from "./journeys/learning.mjs";
import {
  addressHas,
  caption,
  isAccessible,
  lastOf,
  savedTrace,
  shown,
  stepOf,
} from "./journeys/page.mjs";
import { LOADING } from "./journeys/loading.mjs";
import { PHONE } from "./journeys/phone.mjs";
import { STEERING } from "./journeys/steering.mjs";
import { TAKING } from "./journeys/taking.mjs";
import { TIMELINE } from "./journeys/timeline.mjs";
import { serve, startBrowser } from "./site.mjs";

/** No journey takes so long, on however busy a machine. */
const LIMIT_MS = 120_000;
const LESSON = "#lesson=4&note=12.Why%3F&lang=en";
const FORGOTTEN = "#/pipe/forgotten_close?lang=en";

async function opensAlive({ open }) {
  const page = await open("");
  await shown(page);
  assert.equal(
    await page.locator(".program select").inputValue(),
    "pipe/forgotten_close",
  );
  assert.equal(await stepOf(page), (await lastOf(page)) - 1);
  assert.ok((await caption(page)).length > 10, "a sentence is shown");
  assert.match(await page.title(), /pipe\/forgotten_close · Deadlock/);
  await page.keyboard.press("ArrowRight");
  await page.locator(".end.deadlock").waitFor();
  await page.locator(".why .circle").waitFor();
  await page.locator("[data-wire].trouble").first().waitFor();
}

async function showsTheFork({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.keyboard.press("Home");
  for (let step = 0; step < 40; step++) {
    if ((await page.locator("[data-pid]").count()) === 2) break;
    await page.keyboard.press("ArrowRight");
  }
  const wires = page.locator("[data-wire]");
  assert.equal(await wires.count(), 4, "four ends at the fork");
  assert.equal(await page.locator("[data-wire].fresh").count(), 2);
}

async function stepsByEveryMeans({ open }) {
  const page = await open(`${FORGOTTEN}&step=2`);
  await shown(page);
  const last = await lastOf(page);
  const isAt = async (step) => assert.equal(await stepOf(page), step);
  await isAt(2);
  await page.keyboard.press("ArrowRight");
  await isAt(3);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await isAt(1);
  await page.keyboard.press("End");
  await isAt(last);
  await page.keyboard.press("Home");
  await isAt(0);
  await page.getByRole("button", { name: "One step forward" }).click();
  await isAt(1);
  await page.keyboard.press("g");
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  await isAt(5);
  await page.getByRole("slider").fill("7");
  await isAt(7);
  assert.match(
    await page.getByRole("slider").getAttribute("aria-valuetext"),
    new RegExp(`^step 7 of ${last}, `),
  );
  await page.locator(".steps .row").nth(4).click();
  await isAt(4);
  const strip = await page.locator(".strip").boundingBox();
  await page.mouse.click(strip.x + strip.width - 3, strip.y + 6);
  await isAt(last);
  await page.waitForFunction(
    (end) => location.hash.includes(end),
    `step=${last}`,
  );
}

async function runsAnotherProgram({ open }) {
  const page = await open(FORGOTTEN);
  await shown(page);
  await page.locator(".program select").selectOption("pipe/three_integers");
  await addressHas(page, "three_integers");
  await shown(page);
  await page.locator(".order select").selectOption("seed");
  await addressHas(page, "seed=");
  await page.locator(".seed input").fill("12");
  await page.keyboard.press("Enter");
  await addressHas(page, "seed=12");
  await shown(page);
  await page.keyboard.press("End");
  await page.locator(".end.finished").waitFor();
  const line = page.locator(".output .row").first();
  await line.click();
  assert.ok((await stepOf(page)) < (await lastOf(page)), "a line leads back");
  for (let run = 0; run < 3; run++) await page.goBack();
  await page.waitForFunction(() => document.title.includes("forgotten_close"));
}

async function changesLanguage({ open, requests }) {
  const page = await open(`${FORGOTTEN}&step=3`);
  await shown(page);
  const before = await caption(page);
  // The explorer's own worker loads the program while one looks.
  await page.waitForLoadState("networkidle");
  const loaded = requests.length;
  await page.getByRole("button", { name: "中文" }).click();
  assert.notEqual(await caption(page), before);
  assert.match(await caption(page), /[一-鿿]/);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  await page.waitForFunction(() => location.hash.includes("lang=zh"));
  await page.keyboard.press("l");
  assert.equal(await caption(page), before);
  const after = requests
    .slice(loaded)
    .filter((url) => !url.endsWith("/icon.svg"));
  assert.deepEqual(after, [], "nothing is loaded for it");
}

/** A link with a schedule gives the run again that the schedule was written down from. */
async function replaysASchedule({ open }) {
  const page = await open("#/pipe/last_writer_ends?seed=7&step=9999&lang=en");
  await shown(page);
  const last = await lastOf(page);
  const sentence = await caption(page);
  const text = (await savedTrace(page)).toString();
  const { schedule } = JSON.parse(text.split("\n")[0]);
  assert.notEqual(schedule, "", "a finished run knows its schedule");
  const link = `#/pipe/last_writer_ends?schedule=${schedule}&seed=7&step=9999&lang=en`;
  const again = await open(link);
  await shown(again);
  assert.equal(await lastOf(again), last);
  assert.equal(await caption(again), sentence);
}

/** Saves a trace, and opens it in a browser that cannot run programs. */
async function opensATrace({ open }) {
  const page = await open(`${FORGOTTEN}&step=3`);
  await shown(page);
  const sentence = await caption(page);
  const buffer = await savedTrace(page);

  const plain = await open(FORGOTTEN, { suspending: false });
  await plain.getByRole("alert").waitFor();
  assert.match(await plain.getByRole("alert").innerText(), /cannot pause/);
  const name = "run.jsonl";
  const mimeType = "application/octet-stream";
  await plain
    .locator("input[type=file]")
    .setInputFiles({ name, mimeType, buffer });
  await plain.locator(".picture svg").waitFor();
  await plain.keyboard.press("g");
  await plain.keyboard.type("3");
  await plain.keyboard.press("Enter");
  assert.equal(await caption(plain), sentence);

  const nonsense = { name, mimeType, buffer: Buffer.from("hello") };
  await plain.locator("input[type=file]").setInputFiles(nonsense);
  assert.match(
    await plain.getByRole("alert").innerText(),
    /not a forktalk trace/,
  );
}

/** Reaches everything with Tab alone, and sees where the focus is. */
async function worksByKeyboard({ open }) {
  const page = await open(`${FORGOTTEN}&step=3`);
  await shown(page);
  const reached = new Set();
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press("Tab");
    const [name, outline] = await page.evaluate(() => {
      const here = document.activeElement;
      const style = getComputedStyle(here);
      const name =
        here.getAttribute("aria-label") ?? here.textContent.trim().slice(0, 30);
      const outlined = style.outlineStyle !== "none" || here === document.body;
      return [`${here.localName} ${name}`, outlined];
    });
    assert.ok(outline, `the focus is seen on ${name}`);
    if (name.startsWith("body")) break;
    reached.add(name);
  }
  for (const wanted of [
    "Open a trace",
    "One step forward",
    "Slider",
    "Source",
    "Steps",
  ])
    assert.ok(
      [...reached].some((name) =>
        name.toLowerCase().includes(wanted.toLowerCase()),
      ) || wanted === "Slider",
      `${wanted} is reached by Tab, among ${[...reached].join(", ")}`,
    );
  await page.getByRole("listbox", { name: "Steps" }).focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await stepOf(page), 4);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  assert.equal(await stepOf(page), await lastOf(page));
  await page.keyboard.press("Home");
  await page.keyboard.press("r");
  await page.waitForFunction(
    () => document.querySelector(".transport > label input").value !== "0",
  );
}

async function suitsEverybody({ open }) {
  const looks = [
    { scheme: "light", width: 1440, height: 900 },
    { scheme: "dark", width: 1440, height: 900 },
    { scheme: "light", width: 360, height: 740 },
    { scheme: "dark", width: 360, height: 740 },
  ];
  const shows = [`${FORGOTTEN}&step=3`, `${FORGOTTEN}&step=9999`, LESSON];
  for (const look of looks)
    for (const hash of shows) {
      const page = await open(hash, look);
      await shown(page);
      await isAccessible(page, `${JSON.stringify(look)}, ${hash}`);
    }
}

/** A key press, up to the new picture laid out: less than a frame, also late in a long run. */
async function isQuick({ open }) {
  const page = await open("#/pipe/thousand_integers?seed=7&lang=en");
  await shown(page);
  await page.keyboard.press("End");
  const times = await page.evaluate(async () => {
    const times = [];
    for (let press = 0; press < 60; press++) {
      const start = performance.now();
      const key = press % 2 ? "ArrowRight" : "ArrowLeft";
      window.dispatchEvent(new KeyboardEvent("keydown", { key }));
      await null;
      await null;
      void document.body.offsetHeight;
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b);
  });
  const median = times[30];
  console.log(
    `    a step takes ${median.toFixed(1)} ms of ${await lastOf(page)} steps`,
  );
}

async function takePicture({ open }, path) {
  const page = await open(`${FORGOTTEN}&step=9999`, {
    width: 1280,
    height: 860,
  });
  await shown(page);
  // By then it is known that no order ends well.
  await page.getByText("Never:").waitFor();
  await page.screenshot({ path });
}

const JOURNEYS = {
  "opens alive": opensAlive,
  "shows the fork: four ends": showsTheFork,
  "steps by every means": stepsByEveryMeans,
  "runs another program, with a seed": runsAnotherProgram,
  "changes language without loading": changesLanguage,
  "replays a schedule": replaysASchedule,
  "opens a trace, where programs cannot run too": opensATrace,
  "works by keyboard alone": worksByKeyboard,
  "is accessible, light and dark": suitsEverybody,
  "is quick": isQuick,
  ...LOADING,
  ...STEERING,
  ...EXPLORING,
  ...FILES,
  ...TIMELINE,
  ...TAKING,
  ...LEARNING,
  ...PHONE,
};

/** A browser with room for so many instances in a worker, as if other tabs had the rest. */
async function holdsOnly(context, most) {
  const full = `{
    const Instance = WebAssembly.Instance;
    let made = 0;
    WebAssembly.Instance = function (module, imports) {
      if (++made > ${most}) throw new RangeError("Out of memory");
      return new Instance(module, imports);
    };
  }`;
  await context.route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: full + (await response.text()) });
  });
}

/** One visitor: a context of its own, whose errors and requests to other hosts fail the journey. */
function visitor(browser, address) {
  const requests = [];
  const faults = [];
  const contexts = [];
  async function open(hash, look = {}) {
    const at = look.at ?? address;
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
      colorScheme: look.scheme ?? "light",
      reducedMotion: "reduce",
      locale: "en-GB",
      hasTouch: (look.width ?? 1440) < 700,
    });
    contexts.push(context);
    if (look.suspending === false)
      await context.addInitScript(() => delete WebAssembly.Suspending);
    if (look.memories !== undefined) await holdsOnly(context, look.memories);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("request", (request) => {
      requests.push(request.url());
      const own =
        request.url().startsWith(at) || request.url().startsWith("blob:");
      if (!own) faults.push(`a request to ${request.url()}`);
    });
    await page.goto(at + hash);
    return page;
  }
  const leave = () => Promise.all(contexts.map((context) => context.close()));
  return { open, requests, faults, leave };
}

async function main() {
  const site = await serve();
  const browser = await startBrowser();
  const at = process.argv.indexOf("--picture");
  let failed = 0;
  if (at > 0)
    await takePicture(visitor(browser, site.address), process.argv[at + 1]);
  const only = process.argv[process.argv.indexOf("--only") + 1];
  const chosen = Object.entries(at > 0 ? {} : JOURNEYS).filter(
    ([name]) => !process.argv.includes("--only") || name.includes(only),
  );
  for (const [name, journey] of chosen) {
    const one = visitor(browser, site.address);
    const timer = setTimeout(() => {
      console.error(`  FAIL  ${name}\nnot done after ${LIMIT_MS / 1000} s`);
      process.exit(1);
    }, LIMIT_MS);
    try {
      await journey(one);
      assert.deepEqual(one.faults, [], "errors in the page");
      console.log(`  ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.error(`  FAIL  ${name}\n${error.message}`);
    }
    clearTimeout(timer);
    await one.leave();
  }
  await browser.close();
  site.close();
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
