// A run that begins as a seed's and goes on otherwise. Dice depart from the usual order at nearly every step, so its
// schedule is as long as the run: the link names the seed, how far it is followed, and what departs after that.

import type { Policy } from "../state/address";
import type { Branch } from "./branches";
import type { Helm } from "./helm";

/** How such a run is named. */
export type Begun = Policy & { kind: "begun" };

/** Where fewer departures come from dice, the schedule itself is short, and needs no run to be read. */
const FEW = 4;

/** How a run is named in a link: by a seed and what follows, if that is shorter. */
export function named(
  { policy, helm }: Pick<Branch, "policy" | "helm">,
  branches: readonly Branch[],
): Policy {
  if (policy.kind !== "schedule") return policy;
  const { seed, steps } = longestBeginning(helm, branches);
  const [head, ...departures] = policy.schedule.split("_");
  const isWhole = departures.length === helm.departs.length;
  const early = departuresWithin(helm, steps);
  if (head !== headOf(seed) || !isWhole || early <= FEW) return policy;
  const then = departures.slice(early).join("_");
  return { kind: "begun", seed, steps, then };
}

/** The schedule of a run that is named so; `schedule` and `helm` are of the seed's run. */
export function scheduleOf(
  { steps, then }: Begun,
  schedule: string,
  helm: Helm,
): string {
  const early = departuresWithin(helm, steps);
  const parts = schedule.split("_").slice(0, 1 + early);
  return [...parts, ...(then === "" ? [] : [then])].join("_");
}

/** The seed whose run it shares for longest, and for how many steps. */
function longestBeginning(
  helm: Helm,
  branches: readonly Branch[],
): { seed: number; steps: number } {
  let longest = { seed: 0, steps: 0 };
  for (const { policy, helm: other } of branches) {
    if (policy.kind !== "seed" && policy.kind !== "begun") continue;
    const most = policy.kind === "begun" ? policy.steps : Infinity;
    const steps = Math.min(most, other.sharedWith(helm));
    if (steps > longest.steps) longest = { seed: policy.seed, steps };
  }
  return longest;
}

function departuresWithin({ departs }: Helm, steps: number): number {
  return departs.filter((step) => step <= steps).length;
}

function headOf(seed: number): string {
  return `1-linux-${seed}`;
}
