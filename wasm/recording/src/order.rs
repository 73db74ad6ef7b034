//! In which order it happened.
//!
//! Each process's next call has a moment at which it is taken to have happened (`script.rs`). The earliest of them goes,
//! if the simulated Unix would answer it as the system did. If not, something that overlaps it came first: the earliest
//! other call of which something could be seen by then and that can be answered as it was. If there is none either, the recording lacks
//! something, which is looked for in this order:
//!
//! 1. a process of which nothing more is known, and of which somebody was told how it ended: it ended before;
//! 2. a call that was begun and not answered, because its process was killed: it took effect all the same (before 1, if
//!    it is bytes that are missed);
//! 3. nothing: the call is performed, and answered otherwise, or, if it would wait or find what it did not find, left out.
//!    The trace's header says so.

use crate::follow::{Follow, Process};
use crate::script::Turn;
use forktalk_abi::Pid;
use forktalk_abi::wire::Call;

/// A call that may go next.
#[derive(Clone, Copy)]
struct Candidate {
    pid: Pid,
    earliest: u64,
    moment: u64,
    fits: bool,
    /// That it ends a process which has still something to do: it waits for that, however long.
    holds_back: bool,
}

impl Follow<'_> {
    /// The process that goes next; nothing if nothing more is known.
    pub(crate) fn pick(&mut self) -> Option<Pid> {
        loop {
            let candidates = self.candidates();
            let first = candidates.iter().find(|one| !one.holds_back);
            let Some(first) = first.or(candidates.first()).copied() else {
                return self.unanswered(u64::MAX, false);
            };
            self.run.advance_to(self.since_start(first.moment));
            let could_be_seen = |one: &Candidate| one.earliest <= first.moment && !one.holds_back;
            // The clock may have brought a deadline that is not in the list yet.
            let mut able = candidates.iter().filter(|one| could_be_seen(one));
            if let Some(able) = able.find(|one| one.fits || self.fits(one.pid)) {
                return Some(able.pid);
            }
            if let Some(pid) = self.make_way(first, &candidates) {
                return Some(pid);
            }
        }
    }

    /// All that may go next, the earliest first.
    fn candidates(&self) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = self
            .processes
            .iter()
            .filter(|process| self.is_alive(process.pid))
            .filter_map(|process| {
                let turn = process.turn()?;
                let falls_asleep = turn.name() == "wait on word" && !process.is_asleep;
                let moment = match falls_asleep {
                    true => turn.asked.at,
                    false if turn.is_done() => turn.moment(),
                    false => return None,
                };
                Some(Candidate {
                    pid: process.pid,
                    earliest: turn.earliest(),
                    moment,
                    fits: self.fits(process.pid),
                    holds_back: self.holds_back(process),
                })
            })
            .collect();
        all.sort_by_key(|one| (one.moment, one.pid));
        all
    }

    /// Whether the call at which a process stands would be answered now as it was.
    fn fits(&self, pid: Pid) -> bool {
        let kernel = self.run.kernel();
        let process = &self.processes[pid.0 as usize - 1];
        let Some(turn) = process.turn() else {
            return false;
        };
        if !kernel.is_enabled(pid) {
            return false;
        }
        let answered = turn.answered().unwrap_or(0);
        match process.call {
            Some(Call::Read { fd, .. }) => {
                let there = kernel.bytes_for(pid, fd) as i64;
                match answered > 0 {
                    true => there >= answered,
                    false => there == 0 || turn.asked.bytes == 0,
                }
            }
            Some(Call::Write { fd, .. }) => (answered < 0) == kernel.is_deserted(pid, fd),
            Some(Call::Wait { child, .. }) => {
                let ended = !self.is_alive(Pid(child as i32));
                answered < 0 || (answered > 0) == ended
            }
            Some(Call::Lock { .. }) if turn.found_nothing() => !kernel.is_ready(pid),
            Some(Call::Lock { .. }) => kernel.is_ready(pid) && self.fits_under_lock(process),
            Some(Call::Poll { .. }) => turn.found_nothing() != kernel.is_ready(pid),
            Some(Call::WaitOnWord { .. }) if process.is_asleep => {
                turn.found_nothing() != kernel.is_ready(pid)
            }
            _ => true,
        }
    }

    /// A read under a lock belongs to the step that takes the lock, if there is anything to read: then it must be enough.
    fn fits_under_lock(&self, process: &Process) -> bool {
        let Some(next) = process.turns.get(process.next + 1) else {
            return true;
        };
        let fd = process.known.fd(next.asked.fd);
        match (next.name(), fd, next.answered()) {
            ("read", Some(fd), Some(answered)) => {
                let there = self.run.kernel().bytes_for(process.pid, fd) as i64;
                there == 0 || there >= answered
            }
            _ => true,
        }
    }

    fn finds_bytes(&self, pid: Pid) -> bool {
        match self.processes[pid.0 as usize - 1].call {
            Some(Call::Read { fd, .. }) => self.run.kernel().bytes_for(pid, fd) > 0,
            _ => false,
        }
    }

    /// Whether the call ends a process, itself or another, for which something is still written down.
    fn holds_back(&self, process: &Process) -> bool {
        match process.call {
            Some(Call::Exit { .. }) => self.keeps_busy(process.pid),
            Some(Call::Kill { pid, signal }) if signal != 0 => {
                let target = Pid(pid as i32);
                target != process.pid
                    && self.is_alive(target)
                    && self.processes[pid as usize - 1].has_more()
            }
            _ => false,
        }
    }

    /// Nobody fits: finds what is missing before `first`. Nothing: it was found, and all is to be looked at again.
    fn make_way(&mut self, first: Candidate, candidates: &[Candidate]) -> Option<Pid> {
        let process = &self.processes[first.pid.0 as usize - 1];
        let call = process.call;
        let found_nothing = process.turn().is_some_and(Turn::found_nothing);
        let asks_for_bytes = matches!(call, Some(Call::Read { .. } | Call::Poll { .. }))
            && process.turn().and_then(Turn::answered) > Some(0);
        if found_nothing && matches!(call, Some(Call::Lock { .. })) {
            // A lock that is held only between two calls is never seen held here, as in no other trace.
            self.goes_on(first.pid);
            return None;
        }
        if found_nothing {
            self.leave_out(first.pid);
            return None;
        }
        if asks_for_bytes && let Some(pid) = self.unanswered(first.moment, true) {
            return Some(pid);
        }
        if self.let_end() {
            return None;
        }
        if let Some(pid) = self.unanswered(first.moment, true) {
            return Some(pid);
        }
        let is_kill = matches!(call, Some(Call::Kill { .. }));
        if !is_kill && self.run.kernel().is_enabled(first.pid) {
            return Some(first.pid);
        }
        if matches!(call, Some(Call::Write { .. })) {
            // The system had more room for it than is counted here: it takes until somebody reads, be it a part.
            let reads =
                |one: &&Candidate| !one.holds_back && (one.fits || self.finds_bytes(one.pid));
            if let Some(reader) = candidates.iter().find(reads) {
                return Some(reader.pid);
            }
        }
        self.leave_out(first.pid);
        None
    }

    /// Lets a process end of which nothing more is known, and of which somebody was told how it ended.
    fn let_end(&mut self) -> bool {
        let mut silent = self.processes.iter().filter(|process| {
            let was_born = process.next > 0 || process.turns.is_empty();
            was_born && self.is_alive(process.pid) && !process.has_more()
        });
        let found = silent.find_map(|process| Some((process.pid, self.fate(process)?)));
        let Some((pid, status)) = found else {
            return false;
        };
        self.ends(pid, status);
        true
    }

    /// A process that stands at a call which was not answered, and could be performed; `doomed` ones too, of which it is
    /// known how they ended. Reads are not among them: what they took nobody would miss.
    fn unanswered(&self, by: u64, doomed: bool) -> Option<Pid> {
        let mut standing = self.processes.iter().filter(|process| {
            let acts = matches!(process.call, Some(Call::Write { .. } | Call::Close { .. }));
            acts && self.is_alive(process.pid)
                && (doomed || self.fate(process).is_none())
                && process
                    .turn()
                    .is_some_and(|turn| !turn.is_done() && turn.asked.at <= by)
        });
        let able = standing.find(|process| self.run.kernel().is_enabled(process.pid));
        able.map(|process| process.pid)
    }

    fn leave_out(&mut self, pid: Pid) {
        self.notes.left_out += 1;
        self.goes_on(pid);
    }

    fn since_start(&self, at: u64) -> u64 {
        self.processes[0].known.since_start(at)
    }
}
