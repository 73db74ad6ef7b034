// The browser's address and the title of the tab, and where a later visit goes on: they follow the state.

import { wordsOf } from "../words/words";
import { readAddress } from "./address";
import { remember } from "./memory";
import { addressOf, sameRun, titleOf, type State } from "./state";

/** How long the address may lag behind the step: browsers refuse more than some hundred changes a minute. */
const LAG_MS = 250;

/** Writes the state where the browser keeps it. */
export class AddressBar {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly state: () => State) {}

  /** Writes the address: at once as one to come back to, or in the place of the last when the visitor pauses. */
  write(how: "push" | "replace"): void {
    this.leave();
    const address = addressOf(this.state());
    if (how === "push" && !isHere(address) && location.hash !== "") {
      history.pushState(null, "", address);
      return this.follow(address);
    }
    this.timer = setTimeout(() => {
      const now = addressOf(this.state());
      // The visitor may have gone elsewhere since: that address is not this state's to replace.
      if (location.hash === "" || isHere(now))
        history.replaceState(null, "", now);
      this.follow(now);
    }, LAG_MS);
  }

  /** What was still to be written is not: the address was left. */
  leave(): void {
    clearTimeout(this.timer);
  }

  private follow(address: string): void {
    const state = this.state();
    // A part of another page is no visit; a file of the visitor's is not here the next time.
    if (!state.extra.embed)
      remember({ at: readAddress(address).file ? "" : address });
    this.writeTitle();
  }

  /** Writes the title: a run that is new has it at once. */
  writeTitle(): void {
    const state = this.state();
    const end = state.trace?.end;
    const outcome = end ? wordsOf(state.language).ends[end.end] : null;
    document.title = titleOf(state, outcome);
  }
}

/** Whether the browser's address names the same run. */
function isHere(address: string): boolean {
  return sameRun(readAddress(location.hash), readAddress(address));
}
