// JavaScript Promise Integration, which TypeScript's own library does not know yet.

declare namespace WebAssembly {
  /** An import that suspends the guest until the promise that it answers is settled. */
  class Suspending extends Function {
    constructor(answer: (...given: never[]) => unknown);
  }

  /** An export that may suspend, as a function that answers a promise. */
  function promising<Given extends unknown[]>(
    entry: (...given: Given) => unknown,
  ): (...given: Given) => Promise<unknown>;
}
