// 探索部分的文字（中文）：程序可能怎样结束，以及由什么决定。

import type { explore as english } from "./explore_en";

export const explore: typeof english = {
  explore: "探索",
  exploreHow: "按每一种会造成差别的顺序运行，并列出每一种结局。",
  exploreGo: "探索所有顺序",
  exploreStop: "停止",
  exploreAgain: "再探索一次",
  way: "做哪些运行",
  ways: {
    exhaustive: "每种行为一次",
    fewPreemptions: "先做抢占少的",
    chance: "随机",
  },
  upToRuns: "最多",
  runsLimit: (runs) => `${runs} 次运行`,
  faultsToo: "也尝试",
  faultKinds: {
    kills: "杀死一次",
    timeouts: "提前超时一次",
    shorts: "传输变短一次",
    interrupts: "打断一次",
    failures: "调用失败一次",
    stops: "停住一次",
  },
  counting: (runs, rate, outcomes) =>
    `${runs} 次运行 · 每秒 ${rate} 次 · ${outcomes} 种结局`,
  allSeen: (runs) => `全部 ${runs} 种行为都已看过。`,
  allAskedSeen: (runs) => `要求的都已看过，共 ${runs} 次运行。`,
  runsMade: (runs) => `已按要求运行 ${runs} 次：可能还有别的行为。`,
  searchStopped: (runs) => `运行 ${runs} 次后停止：可能还有别的行为。`,
  outcomeNeeds: (faults) => `带故障：${faults}`,
  outcomeWell: "正常结束",
  troubles: {
    deadlock: "死锁",
    "root-failed": "第一个进程出错",
    "process-failed": "有进程出错",
    fuel: "无休止地计算",
    steps: "步数过多",
    nondeterminism: "重做时结果不同",
    "left-behind": "有进程被留下",
    unreceived: "有东西从未被收到",
  },
  times: (count) => `${count} 次`,
  shortest: (steps) => `最短 ${steps} 步`,
  prints: "输出",
  printsNothing: "没有输出",
  moreOutcomes: (count) => `另有 ${count} 种`,
  showRun: "显示这次运行的结尾",

  findRuns: "查找运行",

  fate: "还能正常结束吗？",
  fateLooking: (runs) => `正在查找……已运行 ${runs} 次`,
  fateLost: (step) => `在第 ${step} 步失去机会`,
  fateNever: "不能：无论怎样的顺序都会出错。错在程序，不在顺序。",
  fateUnknown: "未知：后续的可能太多，看不完。",
  fateLonger: "继续查找",
  fateInstead: (name, step) =>
    `若第 ${step} 步由 ${name} 先走，本可以正常结束。`,
  fateWithout: (step) => `若没有第 ${step} 步发生的事，本可以正常结束。`,
  fateLikely: (well, of) =>
    `这是可能的判断，并不确定：在它之前试过的 ${of} 种走法里有 ${well} 种正常结束，在它之后一种也没有。`,
  fateGood: "显示正常的运行",
  compare: "比较",
  compareTitle: "两次运行，并排比较",
  compareSame: (steps) =>
    steps === 0 ? "从第一步起就不同。" : `前 ${steps} 步相同。`,
  compareDiffers: "从这里分开",
  compareMore: (count) => `……还有 ${count} 步`,
};
