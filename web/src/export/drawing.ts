// The picture of any step as a drawing that stands alone: rendered out of sight, its styles written into it.

import { mount, unmount, flushSync } from "svelte";
import Picture from "../picture/Picture.svelte";
import { textOf } from "../picture/card";
import { momentAt } from "../state/moment";
import type { Trace } from "../state/trace";
import { wordsOf, type Language } from "../words/words";
import type { Ink, Panel } from "./strip";

/** Light for paper and slides, dark for a dark room. */
export type Scheme = "light" | "dark";

/** As wide as the picture is on a wide screen. */
const WIDTH = 640;

/** What a drawing takes from the page's styles. */
const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
  "text-decoration-line",
] as const;

/** The pictures of steps, with their sentences. */
export function panelsOf(
  trace: Trace,
  steps: readonly number[],
  language: Language,
  scheme: Scheme,
): Panel[] {
  const words = wordsOf(language);
  return outOfSight(scheme, (holder) =>
    steps.map((number) => {
      const moment = momentAt(trace, number);
      const props = { trace, moment, words, language };
      const picture = mount(Picture, { target: holder, props });
      flushSync();
      const svg = holder.querySelector("svg")!;
      const panel = {
        step: number,
        caption: moment.step
          ? textOf(moment.step.sentence, language)
          : words.before,
        drawing: standalone(svg),
        width: svg.width.baseVal.value,
        height: svg.height.baseVal.value,
      };
      void unmount(picture);
      return panel;
    }),
  );
}

/** The colours of a sheet. */
export function inkOf(scheme: Scheme): Ink {
  return outOfSight(scheme, (holder) => {
    const colour = (name: string) => {
      holder.style.color = `var(--${name})`;
      return getComputedStyle(holder).color;
    };
    return {
      paper: colour("paper"),
      ink: colour("ink"),
      soft: colour("soft"),
    };
  });
}

function outOfSight<T>(scheme: Scheme, act: (holder: HTMLElement) => T): T {
  const holder = document.createElement("div");
  holder.inert = true;
  holder.style.cssText = `position: absolute; left: -9999px; top: 0; width: ${WIDTH}px; color-scheme: ${scheme}`;
  document.body.append(holder);
  try {
    return act(holder);
  } finally {
    holder.remove();
  }
}

/** What is in an SVG of the page, with all that the page's styles say about it. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const style = getComputedStyle(originals[index]!);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      const plain = name === "text-decoration-line" ? "text-decoration" : name;
      if (value !== "" && value !== "normal" && value !== "none")
        element.setAttribute(plain, value);
      else if (name === "fill" || name === "stroke")
        element.setAttribute(name, value || "none");
    }
    element.removeAttribute("class");
    element.removeAttribute("style");
  });
  const serializer = new XMLSerializer();
  return [...copy.childNodes]
    .map((node) => serializer.serializeToString(node))
    .join("")
    .replaceAll(' xmlns="http://www.w3.org/2000/svg"', "")
    .replace(/<!--.*?-->/gs, "");
}

/** Pixels of a PNG for each of the drawing's: sharp on a projector. */
const SHARP = 2;

/** An SVG as a PNG. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(
    new Blob([svg], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * SHARP;
    canvas.height = image.height * SHARP;
    const pen = canvas.getContext("2d")!;
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("no picture"))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
