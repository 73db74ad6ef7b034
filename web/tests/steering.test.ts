import { describe, expect, test } from "vitest";
import { compared } from "../src/explore/compare";
import { momentAt } from "../src/state/moment";
import { initial, withRun } from "../src/state/state";
import { Trace, readTrace } from "../src/state/trace";
import { readAddress, writeAddress } from "../src/state/address";
import { named, scheduleOf } from "../src/steer/begun";
import { grow, listed, type Branch } from "../src/steer/branches";
import { chainOf } from "../src/steer/chain";
import { choiceOf, faultsOf, isBreak } from "../src/steer/choice";
import { Helm, scheduleWithout } from "../src/steer/helm";
import { marksOf } from "../src/steer/marks";
import { breaksAt, optionsAt } from "../src/steer/options";
import { markText } from "../src/steer/say";
import { en } from "../src/words/en";
import { zh } from "../src/words/zh";
import { forgottenClose } from "./fixtures/runs";

const { trace } = readTrace(forgottenClose(3));

function helm(choices: string, offers: string[] = [], departs: number[] = []) {
  return new Helm({ choices, offers: offers.join("\n"), departs, well: true });
}

function run(choices: string) {
  return {
    policy: { kind: "default" as const },
    trace,
    helm: helm(choices),
  };
}

describe("a choice", () => {
  test("is read as schedules write it", () => {
    expect(choiceOf("2")).toMatchObject({ act: "go", pid: 2, grant: null });
    expect(choiceOf("12x3")).toMatchObject({ act: "go", pid: 12, grant: 3 });
    const acts = ["t4", "k4", "e4", "i4", "s4"].map((text) => choiceOf(text));
    expect(acts.map(({ act }) => act)).toEqual([
      "timeout",
      "kill",
      "fail",
      "interrupt",
      "stop",
    ]);
    expect(acts.every(({ pid }) => pid === 4)).toBe(true);
  });

  test("breaks something, or is only somebody's turn", () => {
    expect(isBreak(choiceOf("2"))).toBe(false);
    for (const text of ["2x1", "t2", "k2"])
      expect(isBreak(choiceOf(text))).toBe(true);
  });

  test("that breaks something is found in a schedule", () => {
    const faults = faultsOf("1-linux-7_1.7.2_2.2.k2_1.9.t1_3.1.3x1");
    expect(faults.map(({ text }) => text)).toEqual(["k2", "t1", "3x1"]);
    expect(faultsOf("1-linux-0")).toEqual([]);
  });

  test("is said in both languages, by the process's name", () => {
    for (const text of ["2", "2x1", "t2", "k2", "e2", "i2", "s2"])
      for (const words of [en, zh])
        expect(markText(choiceOf(text), "child (2)", words)).toContain(
          "child (2)",
        );
  });
});

describe("what a run is steered by", () => {
  const steered = helm("1 1 2 1 ", ["1 ", "1 ", "1 2 k2 ", "1 2 "], [3]);

  test("knows what could be chosen after each step", () => {
    expect(steered.after(0).map(({ text }) => text)).toEqual(["1"]);
    expect(steered.after(2).map(({ text }) => text)).toEqual(["1", "2", "k2"]);
    expect(steered.after(99)).toEqual([]);
  });

  test("asks for a branch by the choices up to there", () => {
    expect(steered.upTo(2, "k2")).toBe("1 1 k2");
    expect(steered.upTo(0, "1")).toBe("1");
  });

  test("takes one departure out of a schedule, and no other", () => {
    const marked = helm("1 2 1 k2 ", [], [2, 4]);
    const schedule = "1-linux-0_1.1.2_1.3.k2";
    expect(scheduleWithout(schedule, marked, 2)).toBe("1-linux-0_1.3.k2");
    expect(scheduleWithout(schedule, marked, 4)).toBe("1-linux-0_1.1.2");
    expect(scheduleWithout(schedule, marked, 3)).toBeNull();
  });

  test("tells the marks with the step and the name", () => {
    const [mark] = marksOf(trace, helm("1 1 1 1 k2 ", [], [5]));
    expect(mark).toMatchObject({ step: 5, name: "child", breaks: true });
  });

  test("offers who can go first, and says who cannot", () => {
    const moment = momentAt(trace, 3);
    const offers = ["", "", "", "2 k2 s2 "];
    const options = optionsAt(moment, helm("1 1 1 2 ", offers));
    expect(options.map(({ process }) => process.pid)).toEqual([2, 1]);
    expect(options[0]).toMatchObject({ went: true, choice: { text: "2" } });
    expect(options[1]!.choice).toBeNull();
    const breaks = breaksAt(moment, helm("1 1 1 2 ", offers));
    expect(breaks).toHaveLength(1);
    expect(breaks[0]!.choices.map(({ text }) => text)).toEqual(["k2", "s2"]);
  });

  test("takes a time that is up for a turn only when nobody can go", () => {
    const moment = momentAt(trace, 3);
    const stuck = helm("", ["", "", "", "t2 k2 "]);
    expect(optionsAt(moment, stuck)[0]!.choice?.text).toBe("t2");
    const early = helm("", ["", "", "", "1 t2 "]);
    expect(optionsAt(moment, early)[0]!.choice?.text).toBe("1");
    expect(breaksAt(moment, early)[0]!.choices[0]!.text).toBe("t2");
  });
});

describe("the runs of a visit", () => {
  function tree(...runs: string[]): Branch[] {
    let branches: Branch[] = [];
    for (const choices of runs) ({ branches } = grow(branches, run(choices)));
    return branches;
  }

  test("leave the one that they are like for longest, where they part", () => {
    const branches = tree("1 1 1 1 ", "1 1 2 1 ", "1 1 2 2 ");
    expect(branches.map(({ parent, at }) => [parent, at])).toEqual([
      [null, 0],
      [1, 3],
      [2, 4],
    ]);
  });

  test("are there once each", () => {
    const branches = tree("1 1 ", "1 2 ", "1 1 ");
    expect(branches).toHaveLength(2);
    const { branch } = grow(branches, run("1 2 "));
    expect(branch).toBe(branches[1]);
  });

  test("are listed behind their parents, in the order in which they leave", () => {
    const branches = tree("1 1 1 1 ", "1 1 1 2 ", "2 1 1 1 ", "1 1 1 2 2 ");
    const rows = listed(branches).map(({ branch, depth }) => [
      branch.id,
      depth,
    ]);
    expect(rows).toEqual([
      [1, 0],
      [3, 1],
      [2, 1],
      [4, 2],
    ]);
  });

  test("lie side by side from shortly before they part", () => {
    const [left, right] = tree("1 1 1 1 1 2 ", "1 1 1 1 1 1 ");
    const { shared, rows } = compared(left!, right!);
    expect(shared).toBe(5);
    expect(rows[0]!.step).toBe(3);
    expect(rows.filter(({ parts }) => parts).map(({ step }) => step)).toEqual([
      6,
    ]);
  });
});

test("a schedule that no longer fits is told, with the step", () => {
  const steering = { choices: "1 1 ", offers: "", departs: [], well: true };
  const state = { ...initial("en"), program: "pipe/eof" };
  const made = { policy: { kind: "default" as const }, trace };
  const fits = withRun(state, { ...made, helm: new Helm(steering) }, 0);
  expect(fits.problem).toBeNull();
  const helm = new Helm({ ...steering, diverged: 2 });
  const { problem } = withRun(state, { ...made, helm }, 0);
  expect(problem).toEqual({ kind: "noLongerFits", step: 2 });
});

describe("why somebody waits", () => {
  test("leads to who holds the end, since which fork, and that it is never closed", () => {
    const link = chainOf(2, trace, trace.last)!;
    expect(link.reads).toBe(true);
    const own = link.held.find(({ process }) => process.pid === 2)!;
    expect(own).toMatchObject({ fd: 4, since: 2, fork: true, until: null });
  });

  test("goes on to whom that one waits for", () => {
    const link = chainOf(1, trace, trace.last)!;
    expect(link.next.map(({ process }) => process.pid)).toEqual([2]);
  });

  test("is not asked of who can go on", () => {
    expect(chainOf(1, trace, 0)).toBeNull();
  });
});

describe("a trace that goes on from another", () => {
  test("has its steps up to there, and its own from there on", () => {
    const lines = forgottenClose(3).trim().split("\n");
    const branch = Trace.upTo(trace, 4);
    expect(branch.last).toBe(4);
    expect(branch.view(4)).toEqual(trace.view(4));
    // It says again how it stands, as a run does that is written down from there on.
    branch.append([
      JSON.stringify({ step: 0, view: trace.view(4) }),
      ...lines.slice(6),
    ]);
    expect(branch.last).toBe(trace.last);
    expect(branch.view(branch.last)).toEqual(trace.view(trace.last));
    expect(branch.end).toEqual(trace.end);
  });

  test("leaves the other as it was", () => {
    const before = trace.last;
    Trace.upTo(trace, 2);
    expect(trace.last).toBe(before);
    expect(Trace.upTo(trace, before).end).toBe(trace.end);
    expect(Trace.upTo(trace, 2).end).toBeNull();
  });
});

describe("a run that begins as a seed's", () => {
  const departures = ["1.1.2", "2.1.1", "1.2.2", "2.2.1", "1.3.2", "2.3.1"];
  const seeded = {
    policy: { kind: "seed" as const, seed: 7 },
    helm: helm("1 2 1 2 1 2 1", [], [2, 3, 4, 5, 6, 7]),
  };
  const scheduled = ["1-linux-7", ...departures].join("_");
  const tree = grow([], { ...seeded, trace }).branches;
  const branch = {
    policy: {
      kind: "schedule" as const,
      schedule: ["1-linux-7", ...departures.slice(0, 5), "2.9.k1"].join("_"),
    },
    helm: helm("1 2 1 2 1 2 k1 2", [], [2, 3, 4, 5, 6, 7]),
  };

  test("is named by the seed and by what follows", () => {
    const policy = named(branch, tree);
    expect(policy).toEqual({
      kind: "begun",
      seed: 7,
      steps: 6,
      then: "2.9.k1",
    });
    const address = writeAddress({ ...readAddress("#/pipe/x"), policy });
    expect(address).toBe("#/pipe/x?seed=7&until=6&then=2.9.k1");
    expect(readAddress(address).policy).toEqual(policy);
    if (policy.kind !== "begun") return;
    const again = scheduleOf(policy, scheduled, seeded.helm);
    expect(again).toBe(branch.policy.schedule);
  });

  test("and one that branches off it is, too, without the seed's own run", () => {
    const policy = named(branch, tree);
    const link = grow([], { ...branch, policy, trace }).branches;
    const twig = {
      policy: {
        kind: "schedule" as const,
        schedule: ["1-linux-7", ...departures.slice(0, 5)].join("_"),
      },
      helm: helm("1 2 1 2 1 2 2", [], [2, 3, 4, 5, 6]),
    };
    expect(named(twig, link)).toEqual({
      kind: "begun",
      seed: 7,
      steps: 6,
      then: "",
    });
  });

  test("is named by its schedule where that is short, or of another seed", () => {
    const short = {
      policy: { kind: "schedule" as const, schedule: "1-linux-7_1.1.2_2.1.k2" },
      helm: helm("1 2 k2", [], [2, 3]),
    };
    expect(named(short, tree)).toBe(short.policy);
    const schedule = branch.policy.schedule.replace("-7_", "-8_");
    const other = { ...branch, policy: { ...branch.policy, schedule } };
    expect(named(other, tree)).toBe(other.policy);
  });
});
