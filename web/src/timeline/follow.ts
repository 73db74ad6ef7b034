// Where what passes at a step came from, and where it goes.

import type { Passage } from "./passages";

/** What is sent or received at a step: what comes from elsewhere first. Births are seen anyway. */
export function passingAt(
  passages: readonly Passage[],
  step: number,
): Passage[] {
  const here = passages.filter(
    ({ kind, sent, arrived }) =>
      (kind === "bytes" ||
        kind === "items" ||
        kind === "closing" ||
        kind === "end") &&
      (sent === step || arrived === step),
  );
  return here.sort(
    (a, b) => Number(b.arrived === step) - Number(a.arrived === step),
  );
}

/** The step at which something that arrives here was sent, or at which something that is sent here arrives. */
export function otherEnd(
  passages: readonly Passage[],
  step: number,
  which: "sent" | "arrived",
): number | null {
  const back = which === "sent";
  const steps = passages.flatMap(({ sent, arrived }) => {
    if (arrived === null || sent === arrived) return [];
    if (back) return arrived === step ? [sent] : [];
    return sent === step ? [arrived] : [];
  });
  if (steps.length === 0) return null;
  return back ? Math.max(...steps) : Math.min(...steps);
}
