// The lessons as data: what each runs, where it opens, which answer is right, and when its goal is reached. What they say
// is in ../words/lessons_en.ts and ../words/lessons_zh.ts, under the same names.

import type { Address, Policy } from "../state/address";
import type { Goal } from "./goals";

/** A lesson. */
export interface Lesson {
  /** Its name among the words. */
  name: string;
  program: string;
  policy: Policy;
  /** Where it opens: one step before something is to be predicted. */
  step: number;
  /** The right answer, from 0. */
  right: 0 | 1 | 2;
  /** Where the answer is seen: a step of the same run, or of another. */
  reveal: { step: number; policy?: Policy };
  goal: Goal;
  /** Programs to go on with. */
  sandbox: string[];
  /** Where the manual tells it exactly. */
  manual: string[];
}

const DEFAULT: Policy = { kind: "default" };
const SEED_7: Policy = { kind: "seed", seed: 7 };

/** All of them, in the order in which they build on each other. */
export const LESSONS: readonly Lesson[] = [
  {
    name: "ends",
    program: "pipe/three_integers",
    policy: DEFAULT,
    step: 2,
    right: 2,
    reveal: { step: 3 },
    goal: { kind: "gone", object: "A" },
    sandbox: ["pipe/two_siblings", "process/three_deep"],
    manual: ["fork(2)", "pipe(2)"],
  },
  {
    name: "unused",
    program: "pipe/three_integers",
    policy: SEED_7,
    step: 5,
    right: 1,
    reveal: { step: 6 },
    goal: { kind: "one end each", object: "A" },
    sandbox: ["pipe/thousand_integers_by_fork", "pipe/closed_here"],
    manual: ["close(2)", "pipe(7)"],
  },
  {
    name: "eof",
    program: "pipe/three_integers",
    policy: DEFAULT,
    step: 14,
    right: 1,
    reveal: { step: 15 },
    goal: { kind: "last close", object: "A" },
    sandbox: ["pipe/last_writer_ends", "pipe/grandchild_holds_end"],
    manual: ["read(2)", "pipe(7)"],
  },
  {
    name: "forgotten",
    program: "pipe/forgotten_close",
    policy: DEFAULT,
    step: 12,
    right: 1,
    reveal: { step: 13 },
    goal: { kind: "proven", program: "pipe/three_integers" },
    sandbox: ["pipe/parent_forgot", "pipe/sibling_holds_end"],
    manual: ["pipe(7)", "wait(2)"],
  },
  {
    name: "full",
    program: "gallery/full_pipes_facing",
    policy: DEFAULT,
    step: 7,
    right: 2,
    reveal: { step: 8 },
    goal: { kind: "released", object: "B" },
    sandbox: ["pipe/writer_waits_for_room", "pipe/join_before_drain"],
    manual: ["write(2)", "pipe(7)"],
  },
  {
    name: "facing",
    program: "gallery/full_pipes_facing",
    policy: DEFAULT,
    step: 6,
    right: 2,
    reveal: { step: 14 },
    goal: { kind: "deadlock", program: "gallery/full_pipes_facing" },
    sandbox: ["gallery/full_pipes_facing_repaired", "duplex/full_both_ways"],
    manual: ["pipe(7)", "poll(2)"],
  },
  {
    name: "queue",
    program: "queue/four_and_four",
    policy: { kind: "seed", seed: 3 },
    step: 60,
    right: 0,
    reveal: { step: 100_000 },
    goal: { kind: "waiting", processes: 5 },
    sandbox: ["queue/work_stealing", "queue/pipeline"],
    manual: ["mmap(2)", "shm_overview(7)"],
  },
  {
    name: "timeouts",
    program: "queue/full_with_timeout",
    policy: DEFAULT,
    step: 9,
    right: 1,
    reveal: { step: 10 },
    goal: { kind: "released", object: null },
    sandbox: ["queue/empty_with_timeout", "queue/bounded_one"],
    manual: ["futex(2)", "time(7)"],
  },
  {
    name: "killed",
    program: "gallery/getter_dies",
    policy: DEFAULT,
    step: 10,
    right: 2,
    reveal: {
      step: 18,
      policy: { kind: "schedule", schedule: "1-linux-0_2.2.k2" },
    },
    goal: { kind: "killed for nothing", program: "gallery/getter_dies" },
    sandbox: ["gallery/getter_dies_repaired", "queue/one_getter_killed"],
    manual: ["kill(2)", "signal(7)"],
  },
  {
    name: "yours",
    program: "gallery/lost_wakeup",
    policy: DEFAULT,
    step: 7,
    right: 2,
    reveal: {
      step: 100_000,
      policy: {
        kind: "schedule",
        schedule: "1-linux-1_1.7.2_2.3.1",
      },
    },
    goal: { kind: "deadlock", program: "gallery/lost_wakeup" },
    sandbox: ["gallery/lost_wakeup_repaired", "gallery/check_then_act"],
    manual: ["poll(2)", "futex(7)"],
  },
];

/** The lesson of this number, from 1. */
export function lessonOf(number: number | null): Lesson | null {
  return LESSONS[(number ?? 0) - 1] ?? null;
}

/** An address that names a lesson and no program means the lesson's own. */
export function withLesson(address: Address): Address {
  const lesson = lessonOf(address.extra.lesson);
  if (!lesson || address.program !== null || address.trace !== null)
    return address;
  const { program, policy, step } = lesson;
  return { ...address, program, policy, step: address.step ?? step };
}

/** The address of a page of the manual, such as `pipe(7)`. */
export function manualPage(page: string): string {
  const [, name = page, section = "1"] = /^(\w+)\((\d)\)$/.exec(page) ?? [];
  return `https://man7.org/linux/man-pages/man${section}/${name}.${section}.html`;
}
