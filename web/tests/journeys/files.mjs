// Links, and files of a visitor's own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressHas, caption, isAt, savedTrace, shown } from "./page.mjs";

const OWN = new URL("../../generated/programs.wasm", import.meta.url);

/** Drops a file onto the page, as from another window. */
async function drop(page, name, buffer) {
  const data = await page.evaluateHandle(
    ([name, text]) => {
      const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      return data;
    },
    [name, buffer.toString("base64")],
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

async function sharesALink({ open }) {
  const page = await open("#/gallery/check_then_act?step=5&lang=en");
  await shown(page);
  await page.keyboard.press("2");
  await isAt(page, 6);
  await page.locator(".picture [data-pid='2']").click();
  await addressHas(page, "who=2");
  await addressHas(page, "step=6");
  const link = new URL(page.url());
  const length = `https://forktalk.example/${link.hash}`.length;
  assert.ok(length <= 120, `${length} characters: ${link.hash}`);
  const sentence = await caption(page);
  const again = await open(link.hash);
  await shown(again);
  assert.equal(await caption(again), sentence);
  await again.locator(".card.chosen[data-pid='2']").waitFor();
}

/** A program of one's own, a moment and a note, as one file: taken out, and dropped elsewhere. */
async function bundles({ open }) {
  const buffer = await readFile(OWN);
  const page = await open("");
  await shown(page);
  await drop(page, "mine.wasm", buffer);
  await addressHas(page, "file=mine.wasm");
  await page.getByLabel("Arguments").fill("pipe/forgotten_close");
  await page.keyboard.press("Enter");
  await addressHas(page, "args=pipe/forgotten_close");
  await shown(page);
  await page.keyboard.press("Home");
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("a");
  await page.keyboard.type("Look here");
  await page.keyboard.press("Enter");
  await addressHas(page, "note=5.Look+here");
  await page.keyboard.press("s");
  await page.getByRole("radio", { name: "Bundle" }).check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save" }).click();
  const bundle = await readFile(await (await download).path());
  assert.ok(WebAssembly.validate(bundle), "it is a program still");
  const { hash } = new URL(page.url());

  const other = await open("");
  await shown(other);
  await drop(other, "bundle.wasm", bundle);
  await other.getByText("Look here").waitFor();
  await isAt(other, 5);
  await addressHas(other, "file=mine.wasm");
  assert.equal(new URL(other.url()).hash, hash, "the same link");
}

async function tellsWhatNoLongerFits({ open }) {
  const page = await open("#/pipe/three_integers?do=0_9.9.9&lang=en");
  await shown(page);
  await page.getByText(/The schedule no longer fits/).waitFor();
}

async function dropsAModule({ open }) {
  const buffer = await readFile(OWN);
  const page = await open("");
  await shown(page);
  await drop(page, "mine.wasm", buffer);
  await addressHas(page, "file=mine.wasm");
  await page.getByLabel("Arguments").fill("pipe/forgotten_close");
  await page.keyboard.press("Enter");
  await addressHas(page, "args=pipe/forgotten_close");
  await shown(page);
  await page.keyboard.press("End");
  await page.locator(".end.deadlock").waitFor();
  await addressHas(page, "step=13");
  await addressHas(page, "hash=");
  assert.match(await page.title(), /^mine · Deadlock/);
  // The link asks for that very file.
  const { hash } = new URL(page.url());
  const again = await open(hash);
  await again
    .getByText("This link shows a run of your file mine.wasm")
    .waitFor();
  await drop(again, "other.wasm", buffer);
  await shown(again);
  await again.locator(".end.deadlock").waitFor();
}

async function dropsATrace({ open }) {
  const page = await open("#/pipe/forgotten_close?step=3&lang=en");
  await shown(page);
  const buffer = await savedTrace(page);
  const sentence = await caption(page);
  const other = await open("#/pipe/three_integers?lang=en");
  await shown(other);
  await drop(other, "run.jsonl", buffer);
  await addressHas(other, "file=run.jsonl");
  await other.keyboard.press("g");
  await other.keyboard.type("3");
  await other.keyboard.press("Enter");
  assert.equal(await caption(other), sentence);
  await addressHas(other, "step=3");
  await other.getByText("can be stepped through, not steered").waitFor();
  const { hash } = new URL(other.url());
  const again = await open(hash);
  await again.getByText("This link shows a run of your file").waitFor();
  await drop(again, "run.jsonl", Buffer.from("nonsense"));
  await again.getByRole("alert").waitFor();
  await drop(again, "run.jsonl", buffer);
  await shown(again);
  await isAt(again, 3);
  // Where the program is here too, the run can be made again, and steered.
  await again.getByRole("button", { name: "Run it here" }).click();
  await again.locator(".side button.option").first().waitFor();
}

/** Lets the command serve a file; answers the link that it prints, and how to end it. */
async function served(file) {
  const command = process.env.FORKTALK_COMMAND;
  assert.ok(command, "FORKTALK_COMMAND names the command, built with the page");
  const serving = spawn(command, ["view", file]);
  const said = await new Promise((read) => serving.stdout.once("data", read));
  const link = new URL(/http:\S+/.exec(String(said))[0]);
  return { link, end: () => serving.kill() };
}

/** The page comes from the command, with the file that it was given. */
async function isServedByTheCommand({ open }) {
  const { link, end } = await served(fileURLToPath(OWN));
  try {
    assert.equal(link.hash, "#file=programs.wasm");
    const hash = `${link.hash}&args=pipe/forgotten_close&lang=en`;
    const page = await open(hash, { at: `${link.origin}/` });
    await shown(page);
    await page.keyboard.press("End");
    await page.locator(".end.deadlock").waitFor();
    const headers = { host: "elsewhere.example" };
    const refused = await new Promise((answered) =>
      get(link.origin, { headers }, answered),
    );
    assert.equal(refused.statusCode, 403, "it is for this machine only");
    const elsewhere = await fetch(`${link.origin}/given/other.wasm`);
    assert.equal(elsewhere.status, 404);
  } finally {
    end();
  }
}

/** What two native processes wrote down: a read of a pipe whose writing end the reader holds itself. */
const WRITTEN_DOWN = {
  "run.jsonl": `{"forktalk":"recording","version":1,"run":"70-1","pid":70,"at":1000,"program":"talk","arguments":["talk"]}
{"at":1010,"thread":1,"call":"pipe","file":"src/main.rs","line":3}
{"at":1020,"thread":1,"answer":0,"fds":[3,4]}
{"at":1030,"thread":1,"call":"fork","child":1,"name":"child","file":"src/main.rs","line":4}
{"at":1060,"thread":1,"answer":71}
{"at":1070,"thread":1,"call":"wait","pid":71,"block":1,"file":"src/main.rs","line":6}
`,
  "run.jsonl.1": `{"forktalk":"recording","version":1,"run":"70-1","pid":71,"at":1050}
{"at":1080,"thread":1,"call":"read","fd":3,"bytes":4,"file":"src/main.rs","line":8}
`,
};

/** A recording of a native run is a trace that can be looked at in every way, and says why it is not steered. */
async function opensANativeRecording({ open }) {
  const folder = await mkdtemp(join(tmpdir(), "forktalk-recording-"));
  for (const [name, text] of Object.entries(WRITTEN_DOWN))
    await writeFile(join(folder, name), text);
  const { link, end } = await served(join(folder, "run.jsonl"));
  try {
    const page = await open(`${link.hash}&lang=en`, { at: `${link.origin}/` });
    await shown(page);
    await page.keyboard.press("End");
    await page.locator(".end.deadlock").waitFor();
    assert.match(await page.title(), /^talk · Deadlock/);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await isAt(page, 2);
    assert.match(await caption(page), /makes a pipe/);
    await page.getByText("recording of a native run").waitFor();
    assert.equal(await page.locator(".side button.option").count(), 0);
    // Another run of the same program can be laid beside it.
    const other = await savedTrace(page);
    const text = String(other).replace('"1":70', '"1":80');
    await drop(page, "other.jsonl", Buffer.from(text));
    await addressHas(page, "file=other.jsonl");
    await page.getByRole("button", { name: "Compare with run.jsonl" }).click();
    await page.getByRole("dialog").getByText("other.jsonl").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    const chinese = await open(`${link.hash}&lang=zh`, {
      at: `${link.origin}/`,
    });
    await shown(chinese);
    await chinese.getByText("原生运行的录制").waitFor();
  } finally {
    end();
  }
}

export const FILES = {
  "opens a native recording": opensANativeRecording,
  "is served by the command": isServedByTheCommand,
  "shares a link": sharesALink,
  "tells when a link no longer fits": tellsWhatNoLongerFits,
  "drops a module": dropsAModule,
  "takes a bundle out, and drops it": bundles,
  "drops a trace": dropsATrace,
};
