// A finger that goes sideways over the picture is a step: to the left goes on, as pages of a book do.

/** So far a finger goes at least, in pixels, and so much farther sideways than up or down. */
const FAR = 40;
const SIDEWAYS = 1.5;

/** Tells of swipes over an element, 1 for on and -1 for back. Mice have keys and buttons beside them. */
export function swipes(tell: (by: 1 | -1) => void) {
  return (element: HTMLElement) => {
    let from: PointerEvent | null = null;
    const down = (event: PointerEvent) => {
      from = event.pointerType !== "mouse" && event.isPrimary ? event : null;
    };
    const up = (event: PointerEvent) => {
      if (from?.pointerId !== event.pointerId) return;
      const by = swipeOf(
        event.clientX - from.clientX,
        event.clientY - from.clientY,
      );
      from = null;
      if (by !== null) tell(by);
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointerup", up);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointerup", up);
    };
  };
}

/** What a finger's way means; nothing: it only touched, or scrolled. */
export function swipeOf(x: number, y: number): 1 | -1 | null {
  if (Math.abs(x) < FAR || Math.abs(x) < SIDEWAYS * Math.abs(y)) return null;
  return x < 0 ? 1 : -1;
}
