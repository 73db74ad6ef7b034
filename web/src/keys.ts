// The keys of the page. A field that is typed into keeps its own.

import type { Session } from "./state/session.svelte";

/** What keys do beside moving through time. */
export interface KeyActions {
  typeStep: () => void;
  help: () => void;
}

/** Does what a key asks for; answers whether it meant anything. */
export function pressed(
  event: KeyboardEvent,
  session: Session,
  actions: KeyActions,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("dialog")) return false;
  if (target?.closest("input:not([type=range]), textarea")) return false;
  const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
  if (target?.closest("select") && !sideways) return false;
  const by = event.shiftKey ? 10 : 1;
  const keys: Record<string, () => void> = {
    ArrowRight: () => session.move(by),
    ArrowLeft: () => session.move(-by),
    Home: () => session.go(0),
    End: () => session.go(session.last),
    e: () => session.go(session.last),
    g: actions.typeStep,
    r: () => void session.run(),
    l: () => session.setLanguage(session.state.language === "en" ? "zh" : "en"),
    "?": actions.help,
  };
  const act = keys[event.key];
  act?.();
  return act !== undefined;
}
