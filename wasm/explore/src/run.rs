//! The run: kernel and strategy become steps.

use crate::fault::Faults;
use crate::files::Files;
use crate::record::Recorder;
use crate::schedule::{Act, Choice, Departure, Divergence};
use crate::strategy::Strategy;
use crate::tape::{Deed, Seen, Using};
use crate::verdict::End;
use crate::watch::Watch;
use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Pid, Signal};
use forktalk_kernel::{
    Config, FileId, Kernel, Memory, Output, Performed, Position, Profile, Request, Stepping,
    WasiAnswer,
};

mod choices;
mod choosing;
mod followed;
mod offers;
mod told;
mod watched;

use choices::Choices;
pub use offers::Offers;

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
    faults: Faults,
    files: Files,
    // Where it stands.
    step: u32,
    /// The clock at that step, where it has moved on since: of a run that is followed.
    step_ns: Option<u64>,
    last: Option<Pid>,
    chosen: Option<Choice>,
    /// How many steps each process has taken: the number of the call that it stands at. By process number.
    calls: Vec<u32>,
    end: Option<End>,
    // What was chosen.
    faults_used: Faults,
    faults_left: Faults,
    departures: Vec<Departure>,
    divergence: Option<Divergence>,
    recorder: Option<Box<Recorder>>,
    watch: Option<Box<Watch>>,
    offers: Option<Box<Offers>>,
    /// Processes whose entry has returned: their exit is a step as any other, but needs no host.
    returned: Vec<Pid>,
    choices: Choices,
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
            faults: Faults::NONE,
            files: Files::new(),
            step: 0,
            step_ns: None,
            last: None,
            chosen: None,
            calls: Vec::new(),
            end: None,
            faults_used: Faults::NONE,
            faults_left: Faults::NONE,
            departures: Vec::new(),
            divergence: None,
            recorder,
            watch: None,
            offers: None,
            returned: Vec::new(),
            choices: Choices::default(),
        }
    }

    /// Begins again, with the same program and strategy and another seed; what was recorded is forgotten.
    pub fn reset(&mut self, seed: u64) {
        self.seed = seed;
        self.kernel.reset(seed);
        self.strategy.start(seed);
        self.step = 0;
        self.step_ns = None;
        self.last = None;
        self.chosen = None;
        self.calls.clear();
        self.end = None;
        self.faults_used = Faults::NONE;
        self.faults_left = self.faults;
        self.departures.clear();
        self.divergence = None;
        self.returned.clear();
        if let Some(recorder) = &mut self.recorder {
            recorder.reset(seed);
        }
        if let Some(watch) = &mut self.watch {
            watch.clear();
        }
        if let Some(offers) = &mut self.offers {
            offers.clear();
        }
    }

    /// Notes from here on what was chosen at each step, and what could have been: for a person who steers.
    pub fn note_offers(&mut self) {
        self.offers = Some(Box::default());
    }

    /// Writes only these steps down, of a run that is recorded: the others cost no picture and no sentence.
    pub fn record_only(&mut self, first: u32, last: u32) {
        if let Some(recorder) = &mut self.recorder {
            recorder.record_only(first, last);
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

    /// Offers so many faults to the strategy, in this run and in each from [`Run::reset`] on.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
        self.faults_left = faults.without(&self.faults_used);
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
        if watch.scoped(pid, call) {
            return 0;
        }
        watch.asks(&self.kernel, pid, call);
        let mut memory = Using::new(memory, watch.keeps_tape());
        let answer = self.kernel.ask(pid, call, &mut memory);
        let (seen, wrote) = memory.into_seen();
        watch.answered(pid, answer, wrote);
        watch.note(pid, Deed::Ask(call), seen);
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
        let mut memory = Using::new(memory, watch.keeps_tape());
        let answer = self.kernel.wasi(pid, function, arguments, &mut memory);
        if let WasiAnswer::Now(errno) = answer {
            let (seen, wrote) = memory.into_seen();
            watch.answered(pid, errno, wrote);
            watch.asked_wasi(pid, function, arguments, seen);
        }
        answer
    }

    /// Who goes next, now that every process stands at a call. Kills and stops that the strategy chooses happen in here.
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
            self.take_step(choice);
            match choice.act {
                Act::Go if self.returned.contains(&choice.pid) => {
                    self.returned.retain(|pid| *pid != choice.pid);
                    self.perform(choice.pid, &mut [][..]);
                }
                Act::Go | Act::Fail | Act::Interrupt => return Next::Go(choice.pid),
                Act::Timeout => {
                    self.kernel.time_out(choice.pid);
                    return Next::Go(choice.pid);
                }
                Act::Kill => self
                    .kernel
                    .kill(choice.pid, ExitStatus::Signaled(Signal::KILL)),
                Act::Stop => self.kernel.stop(choice.pid),
            }
        }
        Next::Over(self.end.unwrap_or(End::Limit))
    }

    /// A step begins, which was chosen so.
    fn take_step(&mut self, choice: Choice) {
        self.note_choice(choice);
        self.kernel.begin_step();
        self.step += 1;
        if !matches!(choice.act, Act::Kill | Act::Stop) {
            self.count(choice.pid);
            self.last = Some(choice.pid);
        }
        self.chosen = Some(choice);
        if let Some(offers) = &mut self.offers {
            offers.choose(choice);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.chosen(choice, self.step);
        }
    }

    /// Performs the call of the process that [`Run::next`] named, in its memory; or lets it fail, if that was chosen.
    pub fn perform<M: Memory + ?Sized>(&mut self, pid: Pid, memory: &mut M) -> Resumed {
        let Some(choice) = self.chosen.take().filter(|choice| choice.pid == pid) else {
            debug_assert!(false, "only the process that was chosen performs, once");
            return Resumed::Gone;
        };
        let performed = match self.watch.is_some() {
            true => self.perform_watched(choice, memory),
            false => perform(&mut self.kernel, choice, memory),
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
                if let Some(watch) = &mut self.watch {
                    watch.ended(&self.kernel.footprint(pid, Act::Kill));
                    watch.note(pid, Deed::Ended(status), Seen::default());
                }
                self.kernel.end(pid, status);
            }
        }
    }

    /// The processes that another's step ended since this was asked: the host drops them.
    pub fn take_dead(&mut self) -> Vec<Pid> {
        self.kernel.take_dead()
    }

    /// Whether something was printed that was not taken.
    #[must_use]
    pub fn has_printed(&self) -> bool {
        !self.kernel.output().is_empty()
    }

    /// What was printed since this was asked.
    pub fn take_output(&mut self) -> Vec<Output> {
        self.kernel.take_output()
    }
}

fn perform<M: Memory + ?Sized>(kernel: &mut Kernel, choice: Choice, memory: &mut M) -> Performed {
    match choice.act {
        Act::Fail | Act::Interrupt => kernel.refuse(choice.pid, choice.act),
        _ => kernel.perform(choice.pid, choice.grant, memory),
    }
}
