// A long trace of many processes, in the format that the simulated kernel writes: for what must stay quick.
//
// The processes stand in a ring, a pipe from each to the next: nothing here is simulated, only written down.

const FILE = "src/crowd.rs";

function descriptor(fd, object, role) {
  const side = role === "writes" ? 0 : 1;
  return { fd, object, role, side, inherited_at: null, made_at: 0 };
}

/** The text of a trace with so many processes, of so many steps. */
export function crowd(processes, steps) {
  const pids = Array.from({ length: processes }, (_, index) => index + 1);
  const name = (pid) => String.fromCharCode(64 + pid);
  const before = (pid) => (pid === 1 ? processes : pid - 1);
  const next = (pid) => (pid % processes) + 1;
  const held = (pid) => [
    descriptor(3, name(pid), "reads"),
    descriptor(4, name(next(pid)), "writes"),
  ];
  const process = (pid) => ({
    pid,
    parent: pid === 1 ? 0 : 1,
    name: pid === 1 ? "main" : `worker ${pid}`,
    state: "ready",
    status: null,
    call: { name: "write", fd: 4 },
    waits_for: null,
    file: FILE,
    line: 10,
    born_at: 0,
    descriptors: held(pid),
  });
  const pipe = (pid, messages) => ({
    name: name(pid),
    kind: "pipe",
    streams: [
      {
        capacity: 65_536,
        bytes: messages.reduce((sum, { unread }) => sum + unread, 0),
        messages,
        writers: [{ pid: before(pid), fd: 4 }],
        readers: [{ pid, fd: 3 }],
        waiting_readers: [],
        waiting_writers: [],
      },
    ],
  });
  const lines = [
    {
      ...{ forktalk: "trace", version: 1, program: "crowd", module: "" },
      ...{ arguments: ["crowd"], seed: 1, strategy: "random" },
      ...{ profile: "linux", schedule: "1-linux-1" },
    },
    {
      step: 0,
      view: {
        processes: Object.fromEntries(pids.map((pid) => [pid, process(pid)])),
        objects: Object.fromEntries(
          pids.map((pid) => [name(pid), pipe(pid, [])]),
        ),
      },
    },
  ];
  for (let step = 1; step <= steps; step++) {
    const write = step % 2 === 1;
    const through = pids[((step * 5) >> 1) % processes];
    const pid = write ? before(through) : through;
    const message = { bytes: 5, unread: 5, from: pid, step, text: "hello" };
    const said = `${name(pid)} ${write ? "writes into" : "reads from"} pipe ${name(through)}.`;
    lines.push({
      ...{ step, choice: "go", pid, process: process(pid).name },
      ...{ call: write ? "write" : "read", answer: 5, file: FILE, line: 10 },
      ...{ now_ns: 0, sentence: { en: said, zh: said } },
      view: {
        processes: { [pid]: process(pid) },
        objects: { [name(through)]: pipe(through, write ? [message] : []) },
      },
    });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
