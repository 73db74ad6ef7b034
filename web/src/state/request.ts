// What the worker is asked for, and what is made of its answer.

import { scheduleOf } from "../steer/begun";
import { Helm } from "../steer/helm";
import { RunError, Runner } from "../worker/client";
import type { RunRequest } from "../worker/messages";
import type { Policy } from "./address";
import { programName } from "./file";
import type { Header } from "./format";
import type { Problem, Shown } from "./state";
import { TraceError, type Trace } from "./trace";

/** The request for a run; `module` is that of the page's own programs. */
export function requestOf(
  { program, policy, own, arguments: given }: Shown,
  module: string,
): RunRequest {
  return {
    module: own?.bytes ?? new URL(module, location.href),
    ...(own ? { key: `${own.name} ${own.hash}`, name: programName(own) } : {}),
    program: own ? "" : (program ?? ""),
    arguments: given,
    seed: policy.kind === "seed" ? policy.seed : null,
    schedule: policy.kind === "schedule" ? policy.schedule : null,
    strategy: policy.kind === "seed" ? "random" : "default",
  };
}

/** The policy that a run is asked for by: where it begins as a seed's, that one's run is made first, to know its choices. */
export async function plainPolicy(
  asked: Shown,
  module: string,
): Promise<Policy> {
  const { policy } = asked;
  if (policy.kind !== "begun") return policy;
  let header = "{}";
  let helm: Helm | null = null;
  const seeded = new Runner({
    trace: () => {},
    header: (line) => (header = line),
    steering: (steering) => (helm = new Helm(steering)),
  });
  const seed: Policy = { kind: "seed", seed: policy.seed };
  await seeded.run(requestOf({ ...asked, policy: seed }, module));
  const { schedule } = JSON.parse(header) as Partial<Header>;
  if (!helm || schedule === undefined) return seed;
  return { kind: "schedule", schedule: scheduleOf(policy, schedule, helm) };
}

/** How a run is made again: as it was asked for, or, if it was steered, by its schedule. */
export function policyOf(
  trace: Trace,
  policy: Policy,
  change: Partial<RunRequest>,
): Policy {
  const schedule = trace.header?.schedule;
  return Object.keys(change).length > 0 && schedule
    ? { kind: "schedule", schedule }
    : policy;
}

/** What went wrong, for people. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RunError)
    return { kind: "told", sentence: error.sentence };
  if (error instanceof TraceError) {
    return error.reason === "brokenTrace"
      ? { kind: "brokenTrace", line: error.line }
      : { kind: error.reason };
  }
  return { kind: "failed" };
}
