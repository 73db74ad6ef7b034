// The runs of a program that were made in this visit: a tree, for each leaves another at some step.

import type { Policy } from "../state/address";
import type { Trace } from "../state/trace";
import type { Helm } from "./helm";

/** A run, and where it leaves the one that it is like. */
export interface Branch {
  id: number;
  /** Nothing for the first. */
  parent: number | null;
  /** Its first step that is not its parent's. */
  at: number;
  /** How it is made again. */
  policy: Policy;
  trace: Trace;
  helm: Helm;
  /** What it is called, if it was not made here. */
  name?: string;
}

/** A row of the tree as it is listed: children behind their parent, in order of the step at which they leave. */
export interface Twig {
  branch: Branch;
  depth: number;
}

/** Puts a run into the tree, where it leaves the one that it is like for longest. The same run again is that branch. */
export function grow(
  branches: readonly Branch[],
  run: Pick<Branch, "policy" | "trace" | "helm">,
): { branches: Branch[]; branch: Branch } {
  const same = branches.find(({ helm }) => helm.equals(run.helm));
  if (same) return { branches: [...branches], branch: same };
  let parent: Branch | null = null;
  let shared = -1;
  for (const each of branches) {
    const with_ = each.helm.sharedWith(run.helm);
    if (with_ <= shared) continue;
    shared = with_;
    parent = each;
  }
  const id = (branches.at(-1)?.id ?? 0) + 1;
  const branch = { ...run, id, parent: parent?.id ?? null, at: shared + 1 };
  return { branches: [...branches, branch], branch };
}

/** The tree as a list. */
export function listed(branches: readonly Branch[]): Twig[] {
  const below = (parent: number | null, depth: number): Twig[] =>
    branches
      .filter((branch) => branch.parent === parent)
      .sort((a, b) => a.at - b.at || a.id - b.id)
      .flatMap((branch) => [{ branch, depth }, ...below(branch.id, depth + 1)]);
  return below(null, 0);
}
