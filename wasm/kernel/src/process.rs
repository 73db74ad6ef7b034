//! Processes: the table, parents, zombies; what fork copies and what it shares.

use crate::descriptor::{Descriptors, End};
use crate::limits::{NAME_BYTES, PIDS};
use crate::memory::{Memory, Segment};
use crate::poll::Watched;
use crate::random::Random;
use crate::word::Sleep;
use crate::{Kernel, Position, Request};
use forktalk_abi::{Errno, ExitStatus, Pid, Signal};

/// A process, from its fork until its run is over: numbers are never used again.
#[derive(Debug, Default)]
pub struct Process {
    // Who it is.
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    pub(crate) name: String,
    pub(crate) born_at: u32,
    pub(crate) born_from: Position,
    /// That its parent ended and process 1 took its place: nobody will ask for its status.
    pub(crate) adopted: bool,

    // Copied at fork.
    pub(crate) descriptors: Descriptors,

    // Shared after fork: the numbers of regions.
    pub(crate) regions: Vec<u32>,

    // Its own, not the parent's.
    pub(crate) random: Random,
    pub(crate) dies_with_parent: bool,
    /// That it was stopped, and never goes on: it keeps all that it holds.
    pub(crate) stopped: bool,
    pub(crate) pending: Option<Box<Pending>>,
    /// The memory of the last pending call, for the next.
    pub(crate) spare: Option<Box<Pending>>,

    // Its end.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) reaped: bool,
}

/// The call at which a process stands.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) request: Request,
    pub(crate) position: Position,
    pub(crate) deadline_ns: Option<u64>,
    /// What a poll watches.
    pub(crate) watched: Vec<Watched>,
    /// Where the bytes of a read go, or those of a write come from.
    pub(crate) segments: Vec<Segment>,
    /// How many bytes a read or write may move.
    pub(crate) total: usize,
    /// How many bytes of a write were taken.
    pub(crate) done: usize,
    /// The step at which it was first performed.
    pub(crate) began: u32,
    /// Whether it could not be performed when it was announced.
    pub(crate) slept: bool,
    /// Whether it sleeps on a word, and whether it was woken since.
    pub(crate) sleep: Sleep,
    /// What it answers, because its arguments are wrong.
    pub(crate) error: Option<Errno>,
}

impl Pending {
    pub(crate) fn new(request: Request, position: Position) -> Pending {
        Pending {
            request,
            position,
            deadline_ns: None,
            watched: Vec::new(),
            segments: Vec::new(),
            total: 0,
            done: 0,
            began: 0,
            slept: false,
            sleep: Sleep::Awake,
            error: None,
        }
    }

    fn renew(&mut self, request: Request, position: Position) {
        self.request = request;
        self.position = position;
        self.deadline_ns = None;
        self.watched.clear();
        self.segments.clear();
        self.total = 0;
        self.done = 0;
        self.began = 0;
        self.slept = false;
        self.sleep = Sleep::Awake;
        self.error = None;
    }
}

impl Process {
    pub(crate) fn is_alive(&self) -> bool {
        self.status.is_none()
    }

    /// Whether it may take a step, if its call would not block.
    #[inline]
    pub(crate) fn is_able(&self) -> bool {
        self.status.is_none() && !self.stopped
    }

    pub(crate) fn is_zombie(&self) -> bool {
        self.status.is_some() && !self.reaped
    }

    /// A call to stand at, in the memory of the last one.
    #[inline]
    pub(crate) fn stop_at(&mut self, request: Request, position: Position) -> Box<Pending> {
        match self.spare.take() {
            Some(mut pending) => {
                pending.renew(request, position);
                pending
            }
            None => Box::new(Pending::new(request, position)),
        }
    }
}

/// All processes of a run, by number.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    pub(crate) all: Vec<Process>,
    /// Those that have not ended, in order: asked for at each step.
    pub(crate) alive: Vec<Pid>,
    // Kept for their memory.
    spare: Vec<Process>,
}

impl Processes {
    #[inline]
    pub(crate) fn get(&self, pid: Pid) -> Option<&Process> {
        self.all.get(Processes::index(pid))
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, pid: Pid) -> Option<&mut Process> {
        self.all.get_mut(Processes::index(pid))
    }

    /// Numbers begin at 1; what is below lies beyond every table.
    #[inline]
    fn index(pid: Pid) -> usize {
        pid.0.wrapping_sub(1).cast_unsigned() as usize
    }

    pub(crate) fn clear(&mut self) {
        self.spare.append(&mut self.all);
        self.alive.clear();
    }

    /// The next process: an empty one, which stands at its beginning.
    pub(crate) fn add(&mut self, parent: i32, seed: u64) -> &mut Process {
        let mut process = self.spare.pop().unwrap_or_default();
        let pid = self.all.len() as i32 + 1;
        process.pid = pid;
        process.parent = parent;
        process.name.clear();
        process.born_at = 0;
        process.born_from = Position::default();
        process.adopted = false;
        process.regions.clear();
        process.random = Random::of(seed, Pid(pid));
        process.dies_with_parent = false;
        process.stopped = false;
        process.status = None;
        process.reaped = false;
        if let Some(pending) = process.pending.take() {
            process.spare = Some(pending);
        }
        let begin = process.stop_at(Request::Begin, Position::default());
        process.pending = Some(begin);
        self.all.push(process);
        self.alive.push(Pid(pid));
        let last = self.all.len() - 1;
        &mut self.all[last]
    }

    /// How many take a place in the table: the living and the zombies.
    fn present(&self) -> usize {
        self.all.iter().filter(|process| !process.reaped).count()
    }
}

impl Kernel {
    /// Copies process `pid`; the child stands at its beginning.
    pub(crate) fn fork<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        position: Position,
        name: (u32, u32),
        memory: &M,
    ) -> Result<Pid, Errno> {
        let all = &self.processes.all;
        if self.processes.present() >= self.config.limits.processes || all.len() >= PIDS {
            return Err(Errno::AGAIN);
        }
        let (address, bytes) = name;
        let mut buffer = [0; NAME_BYTES as usize];
        let kept = &mut buffer[..bytes.min(NAME_BYTES) as usize];
        memory.read(address, kept)?;

        let step = self.step;
        let child = self.processes.add(pid.0, self.config.seed);
        child.name.push_str(&String::from_utf8_lossy(kept));
        child.born_at = step;
        child.born_from = position;
        let child = Pid(child.pid);
        let [parent, made] = self
            .processes
            .all
            .get_disjoint_mut([pid.0 as usize - 1, child.0 as usize - 1])
            .map_err(|_| Errno::SRCH)?;
        made.descriptors.inherit(&parent.descriptors, step);
        made.regions.extend_from_slice(&parent.regions);
        for (_, descriptor) in made.descriptors.iter() {
            self.objects.hold(descriptor.end);
        }
        for region in &made.regions {
            self.regions.hold(*region);
        }
        Ok(child)
    }

    /// A process ends: all that it held is closed and released, and so with every child that dies with it. The host says
    /// so of one that crashed while it computed.
    pub fn end(&mut self, pid: Pid, status: ExitStatus) {
        let mut doomed = vec![(pid, status)];
        while let Some((pid, status)) = doomed.pop() {
            let Some(process) = self.processes.get_mut(pid) else {
                continue;
            };
            if !process.is_alive() {
                continue;
            }
            process.status = Some(status);
            process.spare = process.pending.take().or(process.spare.take());
            let ends = process.descriptors.drain();
            for end in ends {
                self.objects.release(end);
            }
            for region in process.regions.drain(..) {
                self.regions.release(region, pid);
            }
            self.processes.alive.retain(|alive| *alive != pid);
            if pid == Pid(1) {
                let stays = |process: &&Process| process.is_alive() && !process.dies_with_parent;
                self.left_behind = self.processes.all.iter().filter(stays).count() as u32;
            }
            self.leave_to_parent(pid);
            for child in &mut self.processes.all {
                if child.parent == pid.0 {
                    child.parent = 1;
                    child.adopted = true;
                    if child.is_zombie() {
                        child.reaped = true;
                    }
                    if child.dies_with_parent && child.is_alive() {
                        self.dead.push(Pid(child.pid));
                        doomed.push((Pid(child.pid), ExitStatus::Signaled(Signal::KILL)));
                    }
                }
            }
        }
    }

    /// A zombie stays for its parent to ask, unless nobody will.
    fn leave_to_parent(&mut self, pid: Pid) {
        let Some(process) = self.processes.get(pid) else {
            return;
        };
        let parent = self.processes.get(Pid(process.parent));
        let nobody_asks = process.adopted || !parent.is_some_and(Process::is_alive);
        // Process 1 has no parent, and stays to be looked at.
        if nobody_asks
            && pid != Pid(1)
            && let Some(process) = self.processes.get_mut(pid)
        {
            process.reaped = true;
        }
    }

    /// The child `child` of `pid` whose status was not taken yet.
    pub(crate) fn child_of(&self, pid: Pid, child: u32) -> Result<&Process, Errno> {
        match self.processes.get(Pid(child as i32)) {
            Some(process) if process.parent == pid.0 && !process.adopted && !process.reaped => {
                Ok(process)
            }
            _ => Err(Errno::CHILD),
        }
    }

    /// Takes the status of a child; 0 if it has not ended.
    pub(crate) fn take_status<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        child: u32,
        out: u32,
        memory: &mut M,
    ) -> Result<i32, Errno> {
        let number = Pid(self.child_of(pid, child)?.pid);
        let Some(process) = self.processes.get_mut(number) else {
            return Err(Errno::CHILD);
        };
        let Some(status) = process.status else {
            return Ok(0);
        };
        memory.write(out, &status.to_raw().to_le_bytes())?;
        process.reaped = true;
        Ok(number.0)
    }

    /// Sends a signal. One that is stopped takes notice of none but `SIGKILL`: the others wait until it goes on, which it
    /// never does.
    pub(crate) fn signal(&mut self, from: Pid, to: u32, signal: Signal) -> Result<(), Errno> {
        let action = crate::signal::action(signal)?;
        let target = self.processes.get(Pid(to as i32));
        let target = target.filter(|target| !target.reaped).ok_or(Errno::SRCH)?;
        let reached = target.is_able() || (target.is_alive() && signal == Signal::KILL);
        if action == crate::signal::Action::End && reached {
            let target = Pid(target.pid);
            if target != from {
                self.dead.push(target);
            }
            self.end(target, ExitStatus::Signaled(signal));
        }
        Ok(())
    }

    /// Makes a descriptor that tells the end of `child`.
    pub(crate) fn watch(&mut self, child: u32) -> Result<End, Errno> {
        if child as i32 <= 0 {
            return Err(Errno::INVAL);
        }
        let process = self.processes.get(Pid(child as i32));
        let process = process.filter(|process| !process.reaped);
        let pid = Pid(process.ok_or(Errno::SRCH)?.pid);
        self.objects.has_room(&self.config.limits)?;
        Ok(End::Watching(self.objects.make_watch(pid)))
    }
}
