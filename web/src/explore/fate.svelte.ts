// Whether a run that ended badly could have ended well, and until when: asked of the explorer in a worker.

import { SvelteMap } from "svelte/reactivity";
import type { Session } from "../state/session.svelte";
import type { Branch } from "../steer/branches";
import { Searcher } from "../worker/client";
import type { Decided } from "../worker/messages";
import { plain } from "./exploration.svelte";

/** So many runs are made for each step that may be the deciding one: at first, and when a visitor asks for more. */
const RUNS_A_STEP = 300;
const RUNS_A_STEP_LONGER = 20_000;

/** At first it may take so long. */
const PATIENCE_MS = 3_000;

/** What is known of a run. */
export type Verdict = Decided | { kind: "looking"; runs: number };

/** The verdicts on the runs of a visit. */
export class Fate {
  private readonly known = new SvelteMap<Branch, Verdict>();
  private readonly searcher = new Searcher();
  private turn = 0;

  constructor(private readonly session: Session) {}

  /** What is known of a run; nothing if nobody asked. */
  of(branch: Branch): Verdict | null {
    return this.known.get(branch) ?? null;
  }

  /** Looks when a run went, unless that is known: not for long, or for as long as it takes. */
  async judge(branch: Branch, longer = false): Promise<void> {
    const known = this.known.get(branch);
    if (known && known.kind !== "looking" && !longer) return;
    const run = this.session.request;
    if (!run || branch.helm.well) return;
    this.rest();
    const turn = ++this.turn;
    const request = {
      module: run.module,
      key: run.key,
      run: plain(run),
      what: { kind: "decide" as const, choices: branch.helm.choices.join(" ") },
      runs: longer ? RUNS_A_STEP_LONGER : RUNS_A_STEP,
    };
    this.known.set(branch, { kind: "looking", runs: 0 });
    const patience = longer
      ? undefined
      : setTimeout(() => this.searcher.stop(), PATIENCE_MS);
    await this.searcher
      .search(request, ({ runs, moment }, done) => {
        if (turn !== this.turn) return;
        // What is known on the way is not known yet.
        const verdict = done ? moment : null;
        this.known.set(branch, verdict ?? { kind: "looking", runs });
      })
      .catch(() => undefined);
    clearTimeout(patience);
    if (turn === this.turn) this.settle(branch);
  }

  /** Makes way for other searches: what is not known yet is asked again another time. */
  rest(): void {
    this.turn += 1;
    this.searcher.stop();
    for (const [branch, { kind }] of this.known)
      if (kind === "looking") this.known.delete(branch);
  }

  private settle(branch: Branch): void {
    if (this.known.get(branch)?.kind === "looking")
      this.known.set(branch, { kind: "unknown" });
  }
}
