// Everything that can be done with the page, in one table: the keys, the palette and the help all read it.

import type { Quest } from "./explore/quest.svelte";
import type { Session } from "./state/session.svelte";
import { isOver, livingPids } from "./state/moment";
import { breaksAt } from "./steer/options";
import type { Look } from "./timeline/look.svelte";
import type { Words } from "./words/words";

/** What can be done. */
export interface Act {
  id: keyof Words["acts"];
  /** The key as an event names it, and as people read it; nothing: it is in the palette only. */
  key: string | null;
  shown: string;
  shift?: boolean;
  ctrl?: boolean;
  /** Whether it can be done now. */
  can: () => boolean;
  run: () => void;
}

/** The parts of the page that acts use. */
export interface Parts {
  session: Session;
  quest: Quest;
  typeStep: () => void;
  help: () => void;
  palette: () => void;
  openFile: () => void;
  save: () => void;
  find: () => void;
  note: () => void;
  /** Lets the visitor choose which lanes are shown. */
  lanes: () => void;
  lessons: () => void;
  look: Look;
  /** Goes to where something that passes at this step was sent, or arrives. */
  passing: (which: "sent" | "arrived") => void;
  /** Shows a tab of the side panel. */
  show: (tab: "next" | "why" | "ends") => void;
  /** Says why somebody waits. */
  why: () => void;
  copyLink: () => void;
}

/** The table. */
export function actsOf(parts: Parts): Act[] {
  const { session } = parts;
  const key = (
    id: Act["id"],
    keyName: string | null,
    run: () => void,
    more: Partial<Act> = {},
  ): Act => ({
    id,
    key: keyName,
    shown: keyName ?? "",
    can: () => true,
    run,
    ...more,
  });
  const shown = () => session.trace !== null;
  const steerable = () => session.helm !== null;
  const within = { can: shown };
  return [
    key("forward", "ArrowRight", () => session.move(1), {
      shown: "→",
      ...within,
    }),
    key("back", "ArrowLeft", () => session.move(-1), { shown: "←", ...within }),
    key("on", "ArrowRight", () => along(session, 1), {
      shown: "Shift →",
      shift: true,
      ...within,
    }),
    key("before", "ArrowLeft", () => along(session, -1), {
      shown: "Shift ←",
      shift: true,
      ...within,
    }),
    key("first", "Home", () => session.go(0), within),
    key("last", "End", () => session.go(session.last), within),
    key("goto", "g", parts.typeStep, within),
    key("trouble", "e", () => session.go(nextTrouble(session)), within),
    key("choose", null, () => parts.show("next"), {
      shown: "Shift 1 … 9",
      ...within,
    }),
    key("chooseNext", ".", () => chooseAlong(session, 1), within),
    key("chooseBefore", ",", () => chooseAlong(session, -1), within),
    key("letGo", null, () => parts.show("next"), {
      shown: "1 … 9",
      can: steerable,
    }),
    key("next", "n", () => parts.show("next"), within),
    key("kill", "k", () => strike(parts, "kill"), { can: steerable }),
    key("timeout", "t", () => strike(parts, "timeout"), { can: steerable }),
    key("branch", "b", () => nextBranch(session), {
      can: () => session.state.branches.length > 1,
    }),
    key("explore", "x", () => explore(parts), { can: steerable }),
    key("why", "w", parts.why, { can: steerable }),
    key("run", "r", () => void session.run()),
    key("copy", "c", parts.copyLink, within),
    key("open", "o", parts.openFile),
    key("save", "s", parts.save, within),
    key("find", "/", parts.find, within),
    key("note", "a", parts.note, within),
    key("moreDetail", "+", () => parts.look.zoom(1), {
      can: () => parts.look.canZoom(1),
    }),
    key("lessDetail", "-", () => parts.look.zoom(-1), {
      can: () => parts.look.canZoom(-1),
    }),
    key("shading", "d", () => parts.look.shade(), within),
    key("lanes", "v", parts.lanes, within),
    key("hideLane", "h", () => withLane(parts, "hidden"), within),
    key("pinLane", "p", () => withLane(parts, "pinned"), within),
    key("lessons", null, parts.lessons),
    key("send", "[", () => parts.passing("sent"), within),
    key("receive", "]", () => parts.passing("arrived"), within),
    key("language", "l", () =>
      session.setLanguage(session.state.language === "en" ? "zh" : "en"),
    ),
    key("help", "?", parts.help),
    key("palette", "k", parts.palette, { shown: "Ctrl K", ctrl: true }),
  ];
}

/** Explores, or stops that. */
function explore({ quest, show }: Parts): void {
  show("ends");
  if (quest.running) quest.stop();
  else void quest.start();
}

/** Kills, or lets time be up: of the chosen process, or of the only one there is; else the visitor chooses. */
function strike({ session, show }: Parts, act: "kill" | "timeout"): void {
  if (!session.moment || !session.helm) return;
  const { who } = session.state;
  const possible = breaksAt(session.moment, session.helm)
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.act === act);
  const choice =
    possible.find(({ pid }) => pid === who) ??
    (possible.length === 1 ? possible[0] : undefined);
  if (choice) void session.choose(choice.text);
  else show("next");
}

/** Hides or pins the lane of the chosen process, or no longer; the visitor chooses, if none is. */
function withLane({ session, look, lanes }: Parts, which: "hidden" | "pinned") {
  const lane = look.laneOf(session.state.who);
  if (lane === null) lanes();
  else look.toggle(which, lane);
}

/** Chooses the next of the processes that are drawn, or the one before; behind the last one, none. */
function chooseAlong(session: Session, by: 1 | -1): void {
  if (!session.moment) return;
  const pids = [null, ...livingPids(session.moment)];
  const index = pids.indexOf(session.state.who);
  const next = pids[(Math.max(0, index) + by + pids.length) % pids.length];
  session.choosePid(next ?? null);
}

/** The next event of the chosen process, forward or back; ten steps if none is chosen. */
function along(session: Session, by: 1 | -1): void {
  const { who, step } = session.state;
  const { trace } = session;
  if (who === null || !trace) return session.move(10 * by);
  for (let at = step + by; at > 0 && at <= trace.last; at += by)
    if (trace.step(at)?.pid === who) return session.go(at);
}

/** The next step at which something goes wrong: a fault strikes, a process ends badly; else the end. */
export function nextTrouble({ trace, state }: Session): number {
  if (!trace) return 0;
  for (let at = state.step + 1; at < trace.last; at += 1) {
    const step = trace.step(at)!;
    const isFault = !["go", "timeout"].includes(step.choice);
    const failed = Object.values(step.view.processes ?? {}).some(
      (process) =>
        process?.status &&
        isOver(process) &&
        (!("code" in process.status) || process.status.code !== 0) &&
        process.state === "ended",
    );
    if (isFault || failed) return at;
  }
  return trace.last;
}

/** Shows the run behind the one that is shown, in the order in which they were made. */
function nextBranch(session: Session): void {
  const { branches, branch } = session.state;
  const index = branches.findIndex(({ id }) => id === branch?.id);
  const next = branches[(index + 1) % branches.length];
  if (next) session.show(next);
}
