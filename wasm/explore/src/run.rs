//! The run: kernel and strategy become steps.

use crate::files::Files;
use crate::record::Recorder;
use crate::schedule::{Act, Choice, Departure, Divergence, Schedule};
use crate::strategy::{Situation, Strategy, Transition};
use crate::tape::{Deed, Looking, Seen, Using};
use crate::trace::Trace;
use crate::verdict::End;
use crate::watch::Watch;
use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Pid, Signal};
use forktalk_kernel::deadlock::Deadlock;
use forktalk_kernel::view::{Status, View};
use forktalk_kernel::{
    Config, FileId, Kernel, Memory, Output, Performed, Position, Profile, Request, Stepping,
    WasiAnswer,
};

/// What a run is made from.
pub struct Settings {
    /// The simulated Unix.
    pub kernel: Config,
    /// Who chooses.
    pub strategy: Box<dyn Strategy + Send>,
    /// Whether to write the run down, with pictures and sentences: for people; it costs time.
    pub record: bool,
}

/// What the host is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Let this process perform its call ([`Run::perform`]) and run on.
    Go(Pid),
    /// Nothing: the run is over.
    Over(End),
}

/// What a process does after its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// Its call answers this, and it runs on.
    Answer(i32),
    /// It forked: the host makes the child from it, then its call answers this.
    Forked {
        /// The child.
        child: Pid,
        /// What the child's entry is given.
        closure: u32,
        /// What the parent's call answers: the child's number.
        answer: i32,
    },
    /// It stays where it is, at the same call: a part of its write is done, or it sleeps now.
    Partly,
    /// It has ended: the host drops it.
    Gone,
}

/// How many steps a run may take, unless [`Run::set_step_limit`] says otherwise. Ours: a program that takes more
/// either never ends or is too long to be looked at.
pub const STEP_LIMIT: u32 = 1_000_000;

/// A simulated Unix, and the choices that drive it.
pub struct Run {
    kernel: Kernel,
    strategy: Box<dyn Strategy + Send>,
    // What the run is made from, beside the program.
    profile: Profile,
    stepping: Stepping,
    seed: u64,
    step_limit: u32,
    files: Files,
    // Where it stands.
    step: u32,
    last: Option<Pid>,
    chosen: Option<Choice>,
    /// How many steps each process has taken: the number of the call that it stands at. By process number.
    calls: Vec<u32>,
    end: Option<End>,
    // What was chosen.
    departures: Vec<Departure>,
    divergence: Option<Divergence>,
    recorder: Option<Box<Recorder>>,
    watch: Option<Box<Watch>>,
    /// Processes whose entry has returned: their exit is a step as any other, but needs no host.
    returned: Vec<Pid>,
    // Kept for their memory.
    transitions: Vec<Transition>,
    timeouts: Vec<Pid>,
}

impl Run {
    /// A run at its beginning: process 1, "main", stands before its first step.
    #[must_use]
    pub fn new(settings: Settings) -> Run {
        let Settings {
            kernel,
            mut strategy,
            record,
        } = settings;
        strategy.start(kernel.seed);
        let recorder = record.then(|| Box::new(Recorder::new(&kernel, strategy.to_string())));
        Run {
            profile: kernel.profile,
            stepping: kernel.stepping,
            seed: kernel.seed,
            kernel: Kernel::new(kernel, record),
            strategy,
            step_limit: STEP_LIMIT,
            files: Files::new(),
            step: 0,
            last: None,
            chosen: None,
            calls: Vec::new(),
            end: None,
            departures: Vec::new(),
            divergence: None,
            recorder,
            watch: None,
            returned: Vec::new(),
            transitions: Vec::new(),
            timeouts: Vec::new(),
        }
    }

    /// Begins again, with the same program and strategy and another seed; what was recorded is forgotten.
    pub fn reset(&mut self, seed: u64) {
        self.seed = seed;
        self.kernel.reset(seed);
        self.strategy.start(seed);
        self.step = 0;
        self.last = None;
        self.chosen = None;
        self.calls.clear();
        self.end = None;
        self.departures.clear();
        self.divergence = None;
        self.returned.clear();
        if let Some(recorder) = &mut self.recorder {
            recorder.reset(seed);
        }
        if let Some(watch) = &mut self.watch {
            watch.clear();
        }
    }

    /// Notes, from [`Run::reset`] on, what each step touches and what else could be chosen; or stops that.
    pub fn set_watch(&mut self, watch: Option<Box<Watch>>) {
        self.watch = watch;
    }

    /// Takes what was noted of the run; nothing is noted from here on.
    pub fn take_watch(&mut self) -> Option<Box<Watch>> {
        self.watch.take()
    }

    /// What was noted of the run.
    #[must_use]
    pub fn watch(&self) -> Option<&Watch> {
        self.watch.as_deref()
    }

    /// Lets another strategy choose, from [`Run::reset`] on.
    pub fn set_strategy(&mut self, strategy: Box<dyn Strategy + Send>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.set_strategy(strategy.to_string());
        }
        self.strategy = strategy;
    }

    /// Ends the run with [`End::Limit`] after so many steps.
    pub fn set_step_limit(&mut self, steps: u32) {
        self.step_limit = steps;
    }

    /// Names the program and the SHA-256 of its module, in hex, for the trace's header.
    pub fn describe(&mut self, program: &str, module: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.describe(program, module);
        }
    }

    /// The number of a source file, for [`Position`]s. Beyond some thousands they are unknown.
    pub fn intern(&mut self, file: &str) -> FileId {
        self.files.intern(file)
    }

    /// The source file whose name a guest has at this address, for [`Position`]s; unknown if there is none.
    #[inline]
    pub fn file_at<M: Memory + ?Sized>(&mut self, memory: &M, address: u32, bytes: u32) -> FileId {
        self.files.at(memory, address, bytes)
    }

    /// Whether a process computes. One that stands at a call may make no other: a host answers it
    /// [`Errno::BUSY`](forktalk_abi::Errno::BUSY).
    #[inline]
    #[must_use]
    pub fn is_running(&self, pid: Pid) -> bool {
        self.kernel.is_running(pid)
    }

    /// Whether a call is a step of this run: then it is to be announced, else asked.
    #[inline]
    #[must_use]
    pub fn is_step(&self, call: Call) -> bool {
        self.kernel.is_step(call)
    }

    /// A process, which was running, has stopped at this call.
    #[inline]
    pub fn announce<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        request: Request,
        position: Position,
        memory: &M,
    ) {
        if self.watch.is_some() {
            return self.announce_watched(pid, request, position, memory);
        }
        self.kernel.announce(pid, request, position, memory);
    }

    /// Answers a call that is no step of the run.
    pub fn ask<M: Memory + ?Sized>(&mut self, pid: Pid, call: Call, memory: &mut M) -> i32 {
        let Some(watch) = &mut self.watch else {
            return self.kernel.ask(pid, call, memory);
        };
        let mut memory = Using::new(memory);
        let answer = self.kernel.ask(pid, call, &mut memory);
        watch.asked(pid, call, memory.into_seen());
        answer
    }

    /// Answers a WASI call, or says that it is a step: then it is to be announced.
    pub fn wasi<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        function: usize,
        arguments: &[u64],
        memory: &mut M,
    ) -> WasiAnswer {
        if !self.is_running(pid) {
            return WasiAnswer::Now(forktalk_kernel::stdio::BUSY);
        }
        let Some(watch) = &mut self.watch else {
            return self.kernel.wasi(pid, function, arguments, memory);
        };
        let mut memory = Using::new(memory);
        let answer = self.kernel.wasi(pid, function, arguments, &mut memory);
        if let WasiAnswer::Now(_) = answer {
            watch.asked_wasi(pid, function, arguments, memory.into_seen());
        }
        answer
    }

    /// Who goes next, now that every process stands at a call. Kills that the strategy chooses happen in here.
    #[allow(
        clippy::should_implement_trait,
        reason = "the host is told when it is over, and why"
    )]
    pub fn next(&mut self) -> Next {
        while self.end.is_none() {
            let under_lock = self.watch.as_ref().and_then(|_| self.kernel.under_lock());
            if let Some(pid) = self.kernel.take_same_step() {
                self.chosen = Some(Choice::go(pid));
                self.same_step(pid);
                return Next::Go(pid);
            }
            if let (Some(watch), Some(pid)) = (&mut self.watch, under_lock) {
                watch.looked(pid);
            }
            self.settle();
            let Some(choice) = self.run_on().or_else(|| self.choose()) else {
                self.finish();
                break;
            };
            self.note_choice(choice);
            self.kernel.begin_step();
            self.step += 1;
            if choice.act != Act::Kill {
                self.count(choice.pid);
                self.last = Some(choice.pid);
            }
            self.chosen = Some(choice);
            if let Some(recorder) = &mut self.recorder {
                recorder.chosen(choice);
            }
            match choice.act {
                Act::Go if self.returned.contains(&choice.pid) => {
                    self.returned.retain(|pid| *pid != choice.pid);
                    self.perform(choice.pid, &mut [][..]);
                }
                Act::Go => return Next::Go(choice.pid),
                Act::Timeout => {
                    self.kernel.time_out(choice.pid);
                    return Next::Go(choice.pid);
                }
                Act::Kill => self
                    .kernel
                    .kill(choice.pid, ExitStatus::Signaled(Signal::KILL)),
            }
        }
        Next::Over(self.end.unwrap_or(End::Limit))
    }

    /// Performs the call of the process that [`Run::next`] named, in its memory.
    pub fn perform<M: Memory + ?Sized>(&mut self, pid: Pid, memory: &mut M) -> Resumed {
        let Some(choice) = self.chosen.take().filter(|choice| choice.pid == pid) else {
            debug_assert!(false, "only the process that was chosen performs, once");
            return Resumed::Gone;
        };
        let performed = match self.watch.is_some() {
            true => self.perform_watched(choice, memory),
            false => self.kernel.perform(pid, choice.grant, memory),
        };
        if let Some(recorder) = &mut self.recorder {
            recorder.performed(performed, self.step, self.kernel.output());
        }
        match performed {
            Performed::Answer(answer) => Resumed::Answer(answer),
            Performed::Forked { child, closure } => Resumed::Forked {
                child,
                closure,
                answer: child.0,
            },
            Performed::Partly => Resumed::Partly,
            Performed::Gone => Resumed::Gone,
        }
    }

    /// A process's entry returned: it exits with code 0, at a step of its own. The host may drop it at once.
    ///
    /// One that stands at a call did not wait for it, which no program does: it ends by `SIGSYS`.
    pub fn returned(&mut self, pid: Pid) {
        if !self.is_running(pid) {
            return self.kernel.end(pid, ExitStatus::Signaled(Signal::SYS));
        }
        let exit = Request::Call(Call::Exit { code: 0 });
        self.announce(pid, exit, Position::default(), &[][..]);
        self.returned.push(pid);
    }

    /// A process ended while it computed: a panic, a crash, too long a computation. Code 0 is [`Run::returned`].
    pub fn trapped(&mut self, pid: Pid, status: ExitStatus) {
        match status {
            ExitStatus::Exited(0) => self.returned(pid),
            _ => {
                self.kernel.end(pid, status);
                if let Some(watch) = &mut self.watch {
                    watch.note(pid, Deed::Ended(status), Seen::default());
                }
            }
        }
    }

    /// The processes that another's step ended since this was asked: the host drops them.
    pub fn take_dead(&mut self) -> Vec<Pid> {
        self.kernel.take_dead()
    }

    /// What was printed since this was asked.
    pub fn take_output(&mut self) -> Vec<Output> {
        self.kernel.take_output()
    }

    /// How the run ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// How the root process ended, if it has.
    #[must_use]
    pub fn status(&self) -> Option<ExitStatus> {
        self.kernel.status(Pid(1))
    }

    /// How many steps were taken.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.step
    }

    /// The choices so far.
    #[must_use]
    pub fn choices(&self) -> Schedule {
        Schedule {
            profile: self.profile,
            stepping: self.stepping,
            seed: self.seed,
            departures: self.departures.clone(),
        }
    }

    /// The choices so far, as a string that replays them.
    #[must_use]
    pub fn schedule(&self) -> String {
        self.choices().to_string()
    }

    /// All processes that ever were, by number, each with how it ended, if it has.
    pub fn statuses(&self) -> impl Iterator<Item = (Pid, Option<ExitStatus>)> {
        self.kernel.statuses()
    }

    /// How many processes went on when the root ended.
    #[must_use]
    pub fn left_behind(&self) -> u32 {
        self.kernel.left_behind()
    }

    /// How many pipes, directions of channels and queues were lost with something in them that was never received.
    #[must_use]
    pub fn unreceived(&self) -> u32 {
        self.kernel.unreceived()
    }

    /// How the run went otherwise than its strategy meant it to: known once it is over.
    #[must_use]
    pub fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    /// What was written down; nothing if the run is not recorded.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        static NOTHING: std::sync::LazyLock<Trace> = std::sync::LazyLock::new(Trace::default);
        self.recorder
            .as_ref()
            .map_or(&NOTHING, |recorder| recorder.trace())
    }

    /// The picture of the state as it is now.
    #[must_use]
    pub fn view(&self) -> View {
        self.kernel.view(self.files.names())
    }

    /// Why nobody can go on, if the run ended so.
    #[must_use]
    pub fn explain(&self) -> Option<Deadlock> {
        (self.end == Some(End::Deadlock)).then(|| self.kernel.explain(self.files.names()))
    }
}

/// What [`Run::next`] is made of, in its order.
impl Run {
    /// Writes down the step before, now that everybody stands at a call again.
    fn settle(&mut self) {
        let Some(recorder) = &mut self.recorder else {
            return;
        };
        let view = self.kernel.view(self.files.names());
        recorder.settle(view, self.kernel.now_ns());
    }

    /// The step that is under way goes on, with another call.
    fn same_step(&mut self, pid: Pid) {
        if let Some(watch) = &mut self.watch {
            watch.goes_on(pid);
        }
        if let Some(recorder) = &mut self.recorder {
            let view = self.kernel.view(self.files.names());
            recorder.goes_on(pid, &view);
        }
    }

    /// The quick way: the process that went last can go on, and nothing else would be chosen.
    #[inline]
    fn run_on(&mut self) -> Option<Choice> {
        let last = self.last?;
        let goes_on =
            self.step < self.step_limit && self.strategy.runs_on() && self.kernel.is_enabled(last);
        goes_on.then_some(Choice::go(last))
    }

    /// Lets the strategy choose, and notes where it departs from the default policy. Nothing: the run is over.
    fn choose(&mut self) -> Option<Choice> {
        let default = self.gather()?;
        if self.step == self.step_limit {
            return None;
        }
        let situation = Situation {
            step: self.step + 1,
            last: self.last,
            last_call: self.last.map_or(0, |pid| self.call(pid)),
            transitions: &self.transitions,
            timeouts: &self.timeouts,
            alive: self.kernel.pids(),
            events: self.watch.as_ref().map_or(&[], |watch| &watch.events),
            default_choice: default,
            default_call: self.call(default.pid),
        };
        let choice = self.strategy.choose(&situation);
        if choice == default || !situation.allows(choice) {
            return Some(default);
        }
        self.departures.push(Departure {
            pid: default.pid,
            call: situation.default_call,
            choice,
        });
        Some(choice)
    }

    /// Collects what may be chosen, and says what the default policy would choose: whoever went last goes on until it
    /// blocks, then the lowest number; a timeout only when nobody can go.
    fn gather(&mut self) -> Option<Choice> {
        self.transitions.clear();
        self.timeouts.clear();
        let mut default = None;
        let mut earliest = u64::MAX;
        for &pid in self.kernel.pids() {
            if self.kernel.is_enabled(pid) {
                if default.is_none() || self.last == Some(pid) {
                    default = Some(Choice::go(pid));
                }
                self.transitions.push(Transition {
                    act: Act::Go,
                    pid,
                    grants: self.kernel.grants(pid),
                });
            } else if let Some(deadline) = self.kernel.deadline(pid) {
                self.timeouts.push(pid);
                earliest = earliest.min(deadline);
            }
        }
        if self.transitions.is_empty() {
            let due = self.timeouts.iter().copied();
            let due = due.filter(|pid| self.kernel.deadline(*pid) == Some(earliest));
            self.transitions.extend(due.map(|pid| Transition {
                act: Act::Timeout,
                pid,
                grants: None,
            }));
            default = self.transitions.first().map(|one| Choice::timeout(one.pid));
        }
        if let Some(watch) = &mut self.watch {
            let choices = self.transitions.iter();
            watch.may_choose(choices.map(|one| Choice {
                act: one.act,
                ..Choice::go(one.pid)
            }));
        }
        default
    }

    fn call(&self, pid: Pid) -> u32 {
        let index = usize::try_from(pid.0).unwrap_or(0);
        self.calls.get(index).copied().unwrap_or(0)
    }

    fn count(&mut self, pid: Pid) {
        let index = usize::try_from(pid.0).unwrap_or(0);
        if self.calls.len() <= index {
            self.calls.resize(index + 1, 0);
        }
        self.calls[index] += 1;
    }

    /// Nobody can be chosen.
    fn finish(&mut self) {
        let status = self.status();
        let end = match status {
            _ if !self.transitions.is_empty() => End::Limit,
            Some(status) if self.kernel.pids().is_empty() => End::Finished(status),
            _ => End::Deadlock,
        };
        self.end = Some(end);
        self.divergence = self.strategy.finish(self.step);
        let deadlock = self.recorder.as_ref().and_then(|_| self.explain());
        let schedule = self.recorder.as_ref().map(|_| self.schedule());
        if let Some(recorder) = &mut self.recorder {
            recorder.set_schedule(schedule.unwrap_or_default());
            recorder.end(
                end,
                self.kernel.now_ns(),
                status.map(Status::from),
                deadlock,
            );
        }
    }
}

/// What is different while a run is watched.
impl Run {
    fn announce_watched<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        request: Request,
        position: Position,
        memory: &M,
    ) {
        let call = self.call(pid);
        let memory = Looking::new(memory);
        self.kernel.announce(pid, request, position, &memory);
        let footprint = self.kernel.footprint(pid, Act::Go);
        if let Some(watch) = &mut self.watch {
            watch.announced(pid, call, footprint);
            watch.note(pid, Deed::Announce(request, position), memory.into_seen());
        }
    }

    /// Whether a process may use shared memory between its steps.
    pub(crate) fn shares_memory(&self, pid: Pid) -> bool {
        self.stepping == Stepping::Coarse && self.kernel.shares_memory(pid)
    }

    fn note_choice(&mut self, choice: Choice) {
        let call = self.call(choice.pid);
        let stuck =
            choice.act == Act::Timeout && !self.transitions.iter().any(|one| one.act == Act::Go);
        if let Some(watch) = &mut self.watch {
            let act = if stuck { Act::Go } else { choice.act };
            let footprint = self.kernel.footprint(choice.pid, act);
            watch.chosen(choice, call, footprint, stuck);
        }
    }

    fn perform_watched<M: Memory + ?Sized>(&mut self, choice: Choice, memory: &mut M) -> Performed {
        let pid = choice.pid;
        let moving = self.kernel.moving(pid);
        let mut memory = Using::new(memory);
        let performed = self.kernel.perform(pid, choice.grant, &mut memory);
        if let Some(watch) = &mut self.watch {
            watch.saw(pid, memory.into_seen());
            watch.performed(&self.kernel, pid, moving, performed);
        }
        performed
    }
}
