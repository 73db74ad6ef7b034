// The keys of the page. A field that is typed into keeps its own.

import type { Act } from "./acts";
import type { Session } from "./state/session.svelte";
import { optionsAt } from "./steer/options";

/** Does what a key asks for; answers whether it meant anything. */
export function pressed(
  event: KeyboardEvent,
  session: Session,
  acts: Act[],
): boolean {
  const ctrl = event.ctrlKey || event.metaKey;
  const target = event.target instanceof Element ? event.target : null;
  // A dialog that was closed holds the cursor until the next frame.
  if (event.altKey || target?.closest("dialog[open]")) return false;
  if (
    !ctrl &&
    target?.closest("input:not([type=range], [type=checkbox]), textarea")
  )
    return false;
  const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
  if (!ctrl && target?.closest("select") && !sideways) return false;
  if (!ctrl && /^[1-9]$/.test(event.key))
    return letGo(Number(event.key), session);
  // With Shift a digit's key types another sign, on each keyboard another one.
  const [, digit] = /^Digit([1-9])$/.exec(event.code) ?? [];
  if (!ctrl && event.shiftKey && digit) return choose(Number(digit), session);
  const act = acts.find(
    ({ key, shift, ctrl: withCtrl = false }) =>
      key === event.key &&
      withCtrl === ctrl &&
      (shift ?? (sideways ? false : event.shiftKey)) === event.shiftKey,
  );
  if (!act?.can()) return false;
  act.run();
  return true;
}

/** Chooses the process of this number; the chosen one, and none is. */
function choose(pid: number, session: Session): boolean {
  if (!session.moment?.view.processes[pid]) return false;
  session.choosePid(pid === session.state.who ? null : pid);
  return true;
}

/** Lets the process of this number go, if it can. */
function letGo(pid: number, session: Session): boolean {
  const { moment, helm } = session;
  if (!moment || !helm) return false;
  const option = optionsAt(moment, helm).find(
    ({ choice }) => choice?.pid === pid,
  );
  if (option?.choice) void session.choose(option.choice.text);
  return option !== undefined;
}
