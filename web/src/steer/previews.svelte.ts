// What choices lead to, asked for when a visitor dwells on a step, and remembered.

import { SvelteMap } from "svelte/reactivity";
import type { Session } from "../state/session.svelte";
import type { Preview } from "../worker/messages";

/** Who only passes through a step asks nothing. */
const DWELL_MS = 150;

/** The previews of one page. */
export class Previews {
  private readonly known = new SvelteMap<string, Preview | null>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly session: Session) {}

  /** What is known of a choice after the step that is shown. */
  of(choice: string): Preview | null {
    return this.known.get(this.key(choice)) ?? null;
  }

  /** Asks for these, one after the other, unless the visitor goes on. */
  want(choices: string[]): void {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    this.timer = setTimeout(() => void this.ask(choices, turn), DWELL_MS);
  }

  private async ask(choices: string[], turn: number): Promise<void> {
    for (const choice of choices) {
      if (turn !== this.turn) return;
      const key = this.key(choice);
      if (this.known.has(key)) continue;
      const seen = await this.session.preview(choice);
      if (seen) this.known.set(key, seen);
    }
  }

  private key(choice: string): string {
    const { branch, step, shown } = this.session.state;
    const program = `${shown.program} ${shown.arguments.join(" ")}`;
    return `${program} ${branch?.id ?? 0} ${step} ${choice}`;
  }
}
