// The words of the form that finds runs, in both languages: loaded with it, and not before.

import type { Language } from "./words";

const en = {
  comes: "Runs in which this comes",
  comesHint: "deadlock",
  without: "and this does not come before it",
  withoutHint: "child read, or nothing",
  go: "Find runs",
  counting: (runs: string, matches: string) =>
    `${runs} runs looked at · ${matches} found`,
  inAll: (count: string, runs: string) =>
    runs === "1"
      ? `${count === "0" ? "Not in" : "In"} the one behaviour that there is.`
      : `${partOf(count, runs)} all ${runs} behaviours.`,
  inAsked: (count: string, runs: string) =>
    `${partOf(count, runs)} all ${runs} runs that were asked for.`,
  inFirst: (count: string, runs: string) =>
    `${partOf(count, runs)} the first ${runs} runs: there may be more.`,
  inStopped: (count: string, runs: string) =>
    `${partOf(count, runs)} the ${runs} runs until it was stopped: there may be more.`,
  late: (runs: string) =>
    `In ${runs} more it comes too late only as they were looked at: of steps that do not touch each other either may come first.`,
  place: (step: number, steps: number) => `step ${step} of ${steps}`,
  more: (count: string) => `and ${count} more`,
  show: "Show this run at this step",
};

const zh: typeof en = {
  comes: "出现以下内容的运行",
  comesHint: "死锁",
  without: "并且在它之前没有出现",
  withoutHint: "child read，可留空",
  go: "查找运行",
  counting: (runs, matches) => `已看 ${runs} 次运行 · 找到 ${matches} 次`,
  inAll: (count, runs) => `在全部 ${runs} 种行为中${found(count, "种")}`,
  inAsked: (count, runs) => `在要求的全部 ${runs} 次运行中${found(count)}`,
  inFirst: (count, runs) =>
    `在前 ${runs} 次运行中${found(count)}可能还有别的运行。`,
  inStopped: (count, runs) =>
    `停止前看了 ${runs} 次运行，其中${found(count)}可能还有别的运行。`,
  late: (runs) =>
    `另有 ${runs} 次运行，它来得晚只是因为所看的顺序：互不相干的步骤，谁先谁后都可以。`,
  place: (step, steps) => `第 ${step} 步，共 ${steps} 步`,
  more: (count) => `另有 ${count} 次运行`,
  show: "显示这次运行的这一步",
};

/** The words by language. */
export const RUNS: Record<Language, typeof en> = { en, zh };

function partOf(count: string, runs: string): string {
  if (count === "0") return "In none of";
  return count === runs ? "In" : `In ${count} of`;
}

function found(count: string, unit = "次"): string {
  return count === "0" ? "一次也没有。" : `有 ${count} ${unit}。`;
}
