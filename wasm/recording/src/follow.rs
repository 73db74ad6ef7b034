//! Letting a recorded run happen again: each process's turns, one after the other, in the order that `order.rs` finds.

use crate::call::{self, Arena};
use crate::known::Known;
use crate::line::File;
use crate::notes::Notes;
use crate::script::{self, Turn};
use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Pid};
use forktalk_explore::trace::Native;
use forktalk_explore::{Choice, Resumed, Run, Settings, Trace, strategy};
use forktalk_kernel::{Config, Limits, Position, Request};
use std::collections::BTreeMap;

/// A run that is followed.
pub(crate) struct Follow<'a> {
    files: &'a BTreeMap<String, File>,
    pub(crate) run: Run,
    /// By number, from 1.
    pub(crate) processes: Vec<Process>,
    /// How processes ended, by the system's numbers, as far as somebody waited for them.
    fates: BTreeMap<i32, ExitStatus>,
    pub(crate) notes: Notes,
}

/// A process of it.
pub(crate) struct Process {
    pub(crate) pid: Pid,
    parent: Pid,
    /// What its file's name has behind that of the first process's.
    name: String,
    /// The system's number; 0 if nobody wrote it down.
    native: i32,
    pub(crate) known: Known,
    pub(crate) turns: Vec<Turn>,
    /// The turn whose call it stands at, or will.
    pub(crate) next: usize,
    /// That call, once it is announced.
    pub(crate) call: Option<Call>,
    /// Whether it sleeps on a word.
    pub(crate) is_asleep: bool,
    dies_with_parent: bool,
    arena: Arena,
}

impl Process {
    /// The turn whose call it stands at.
    pub(crate) fn turn(&self) -> Option<&Turn> {
        self.turns.get(self.next)
    }

    /// Whether something that it did is still to come.
    pub(crate) fn has_more(&self) -> bool {
        self.turn().is_some_and(Turn::is_done)
    }
}

impl<'a> Follow<'a> {
    pub(crate) fn new(files: &'a BTreeMap<String, File>) -> Follow<'a> {
        // The limits were the system's own.
        let limits = Limits {
            processes: usize::MAX,
            descriptors: 1 << 20,
            objects: usize::MAX,
            regions: usize::MAX,
            region_bytes: usize::MAX,
            ..Limits::default()
        };
        let arguments = files.get("").map(|file| file.header.arguments.clone());
        let mut run = Run::new(Settings {
            kernel: Config {
                limits,
                arguments: arguments.unwrap_or_default(),
                ..Config::default()
            },
            strategy: Box::new(strategy::Default),
            record: true,
        });
        run.set_step_limit(u32::MAX);
        let waits = files.values().flat_map(script::turns);
        let fates = waits.filter_map(|turn| {
            let status = turn.answer.as_ref()?.status?;
            Some((turn.asked.pid, ExitStatus::from_raw(status)))
        });
        Follow {
            files,
            run,
            processes: Vec::new(),
            fates: fates.collect(),
            notes: Notes::default(),
        }
    }

    pub(crate) fn trace(mut self) -> Trace {
        let start = self.files.get("").map_or(0, |file| file.header.at);
        self.born(Pid(1), Pid(0), String::new(), 0, Known::new(start));
        while let Some(pid) = self.pick() {
            self.go(pid);
        }
        self.run.conclude();
        let mut trace = self.run.trace().clone();
        if let Some(first) = self.files.get("") {
            trace.header.program = first.header.program.clone();
        }
        trace.header.strategy = "native".to_owned();
        trace.header.schedule.clear();
        let pids = self.processes.iter().filter(|one| one.native != 0);
        trace.header.native = Some(Native {
            pids: pids.map(|one| (one.pid.0, one.native)).collect(),
            notes: self.notes.sentences(),
        });
        trace
    }

    pub(crate) fn process(&mut self, pid: Pid) -> &mut Process {
        &mut self.processes[pid.0 as usize - 1]
    }

    /// Whether a process has not ended.
    pub(crate) fn is_alive(&self, pid: Pid) -> bool {
        self.run.kernel().status(pid).is_none()
    }

    /// How a process ended of which nothing more is known, if somebody was told.
    pub(crate) fn fate(&self, process: &Process) -> Option<ExitStatus> {
        self.fates.get(&process.native).copied()
    }

    /// A process is there; `answered` is its number by what its parent's fork answered.
    fn born(&mut self, pid: Pid, parent: Pid, name: String, answered: i32, mut known: Known) {
        let file = self.files.get(&name);
        let native = file.map_or(answered, |file| file.header.pid);
        known.learn_pid(native, pid);
        if parent.0 > 0 {
            self.process(parent).known.learn_pid(native, pid);
        }
        self.processes.push(Process {
            pid,
            parent,
            name,
            native,
            known,
            turns: file.map(script::turns).unwrap_or_default(),
            next: 0,
            call: None,
            is_asleep: false,
            dies_with_parent: false,
            arena: Arena::default(),
        });
    }

    /// The step of a process that stands at its call.
    fn go(&mut self, pid: Pid) {
        let pid = self.run.follow(Choice::go(pid));
        let mut arena = std::mem::take(&mut self.process(pid).arena);
        let resumed = self.run.perform(pid, &mut arena);
        self.process(pid).arena = arena;
        match resumed {
            Resumed::Partly => self.process(pid).is_asleep = true,
            Resumed::Gone => {}
            Resumed::Answer(answer) => {
                if self.is_part(pid, answer) {
                    return self.reads_on(pid, answer);
                }
                self.learn(pid, answer);
                self.goes_on(pid);
            }
            Resumed::Forked { child, answer, .. } => {
                let process = self.process(pid);
                let turn = &process.turns[process.next];
                let name = format!("{}.{}", process.name, turn.asked.child);
                let answered = turn.answered().unwrap_or(0) as i32;
                let known = process.known.clone();
                self.born(child, pid, name, answered, known);
                self.learn(pid, answer);
                self.goes_on(pid);
            }
        }
    }

    /// Whether it is a read that took only a part of what it took when it was recorded. The system copies piece by piece, and
    /// what a writer brings meanwhile is read too: then the read is several steps.
    fn is_part(&self, pid: Pid, answer: i32) -> bool {
        let process = &self.processes[pid.0 as usize - 1];
        let answered = process.turn().and_then(Turn::answered);
        let reads = matches!(process.call, Some(Call::Read { .. }));
        reads && answer > 0 && answered.is_some_and(|answered| answered > i64::from(answer))
    }

    /// The rest of a read of which a part was performed.
    fn reads_on(&mut self, pid: Pid, taken: i32) {
        let process = self.process(pid);
        let next = process.next;
        if let Some(answer) = &mut process.turns[next].answer {
            answer.answer = answer.answer.map(|all| all - i64::from(taken));
        }
        self.stands(pid);
    }

    /// What the answer of the call that was performed tells, compared with the one that was recorded.
    fn learn(&mut self, pid: Pid, answer: i32) {
        let process = self.process(pid);
        let turn = &process.turns[process.next];
        let recorded = turn.answer.as_ref();
        let fds = recorded.map_or(&[][..], |answer| &answer.fds).to_vec();
        match process.call {
            Some(Call::Pipe { out } | Call::Channel { out }) if answer >= 0 => {
                for (fd, place) in fds.into_iter().zip([out, out + 4]) {
                    let is = process.arena.word(place);
                    process.known.learn_fd(fd, is);
                }
            }
            Some(Call::Duplicate { .. } | Call::OpenProcess { .. }) if answer >= 0 => {
                if let Some(fd) = turn.answered() {
                    process.known.learn_fd(fd as i32, answer as u32);
                }
            }
            Some(Call::Close { .. }) => process.known.forget_fd(turn.asked.fd),
            Some(Call::DieWithParent { .. }) => process.dies_with_parent = answer == 0,
            _ => {}
        }
        let agrees = recorded.is_none_or(|recorded| agrees(process.call, recorded.answer, answer));
        self.notes.otherwise += usize::from(!agrees);
    }

    /// A turn is over: does what was done with shared memory, and goes to the next call.
    pub(crate) fn goes_on(&mut self, pid: Pid) {
        loop {
            self.use_memory(pid);
            let process = self.process(pid);
            process.next += 1;
            process.is_asleep = false;
            process.call = None;
            if process.turn().is_none() || self.stands(pid) {
                return;
            }
            self.notes.foreign += 1;
        }
    }

    /// A process stands at the call of its turn, if that can be simulated.
    fn stands(&mut self, pid: Pid) -> bool {
        let process = self.process(pid);
        let turn = &process.turns[process.next];
        let mut arena = std::mem::take(&mut process.arena);
        let call = call::call(turn, &process.known, &mut arena);
        let (file, line) = (turn.asked.file.clone(), turn.asked.line);
        process.call = call;
        if let Some(call) = call {
            let file = file.map(|file| self.run.intern(&file));
            let position = Position {
                file: file.unwrap_or_default(),
                line,
            };
            self.run
                .announce(pid, Request::Call(call), position, &arena);
        }
        self.process(pid).arena = arena;
        call.is_some()
    }

    fn use_memory(&mut self, pid: Pid) {
        let process = self.process(pid);
        let then = std::mem::take(&mut process.turns[process.next].then);
        let mut arena = std::mem::take(&mut process.arena);
        for line in &then {
            let known = &self.processes[pid.0 as usize - 1].known;
            let Some(call) = call::ask(line, known, &mut arena) else {
                continue;
            };
            let answer = self.run.ask(pid, call, &mut arena);
            let known = &mut self.process(pid).known;
            match call {
                Call::Map { .. } if answer >= 0 => known.learn_region(line.region, answer as u32),
                Call::Unmap { .. } => known.forget_region(line.region),
                _ => {}
            }
        }
        self.process(pid).arena = arena;
    }

    /// Whether a process that ends with its parent has still something to do.
    pub(crate) fn keeps_busy(&self, parent: Pid) -> bool {
        let mut children = self.processes.iter();
        children.any(|one| {
            one.parent == parent && one.dies_with_parent && self.is_alive(one.pid) && one.has_more()
        })
    }

    /// A process ended as its parent was told: nothing of that was written down by itself.
    pub(crate) fn ends(&mut self, pid: Pid, status: ExitStatus) {
        let ExitStatus::Exited(code) = status else {
            self.run.struck(pid, status);
            return;
        };
        let exit = Request::Call(Call::Exit { code: code as u32 });
        self.run
            .announce(pid, exit, Position::default(), &Arena::default());
        self.process(pid).turns.clear();
        self.go(pid);
    }
}

/// Whether the simulated Unix answers a call as the system did.
fn agrees(call: Option<Call>, recorded: Option<i64>, answer: i32) -> bool {
    let Some(recorded) = recorded else {
        return true;
    };
    let same = recorded == i64::from(answer);
    match call {
        Some(Call::Read { .. } | Call::Write { .. } | Call::Close { .. }) => same,
        // How many of the descriptors were ready by then is nobody's matter.
        Some(Call::Poll { .. } | Call::Wait { .. }) => same || (recorded > 0) == (answer > 0),
        // That a lock was taken over stands elsewhere.
        Some(Call::Lock { .. }) if recorded == 0 => {
            answer == 0 || answer == -forktalk_abi::Errno::OWNERDEAD.raw()
        }
        _ => same || (recorded >= 0 && answer >= 0),
    }
}
