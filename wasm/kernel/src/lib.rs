//! A simulated Unix: a pure state machine.
//!
//! It does no input or output, reads no clock, draws no randomness that it was not given, and knows no host. What
//! drives it tells it what each process asks for, and which of them may go next:
//!
//! - A process stops at a system call and **announces** it ([`Kernel::announce`]). The announced call is its next
//!   transition; it is **enabled** when it would not block ([`Kernel::is_enabled`]).
//! - One **step** of a run performs one enabled transition, at once and whole ([`Kernel::perform`]), and the process runs
//!   on to its next announcement. Only a write that finds room for a part of its bytes takes several, and to sleep on a
//!   word takes two; and to take a lock is no step of its own if the process can read or write under it at once
//!   ([`Kernel::take_same_step`]).
//! - The clock stands still while anybody can go on ([`Kernel::time_out`]).
//! - At its call a process may meet a **fault** instead ([`Kernel::can_happen`]): be killed or stopped, or find that the
//!   call fails or is interrupted.
//! - Calls that are no steps ([`Kernel::is_step`]) are answered at once ([`Kernel::ask`], [`Kernel::wasi`]): nobody else
//!   can see them, or they touch shared memory, and it is not asked for each such access to be a step ([`Stepping`]).
//!
//! System calls unpack, objects do: this file and `step.rs` parse and pick, the files named by an object hold what it is.
//!
//! A guest is not trusted. Whatever it passes is checked, and answered with the errno that Linux has for the same
//! mistake; nothing it does can panic the kernel or make it set memory aside for what a number claims.

#![forbid(unsafe_code)]

mod ask;
mod channel;
mod clock;
pub mod deadlock;
mod descriptor;
mod fault;
pub mod fingerprint;
mod followed;
pub mod footprint;
pub mod limits;
mod memory;
mod object;
mod pipe;
mod poll;
mod process;
mod queue;
mod random;
mod region;
mod robust_lock;
pub mod sentence;
mod signal;
pub mod stdio;
mod step;
mod stream;
mod transfer;
pub mod view;
mod word;

pub use descriptor::{Descriptor, End};
pub use limits::Limits;
pub use memory::Memory;
pub use object::{Object, ObjectId, Watch};
pub use poll::Watched;
pub use process::Process;
pub use stdio::{WasiAnswer, WasiRequest};

use forktalk_abi::wire::{Call, Step};
use forktalk_abi::{ExitStatus, Pid};
use process::Processes;

/// A source file of the program, by a number that the driver gives; 0 is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u16);

/// A line of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// The line, from 1.
    pub line: u32,
}

/// Which Unix is simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Linux, exactly, where Linux can be measured.
    #[default]
    Linux,
    /// What POSIX leaves open is left to the scheduler: the capacity of pipes, short reads and writes.
    Posix,
}

/// Which calls are steps of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stepping {
    /// What touches only shared memory is no step of its own, and done together with the step before it. Enough for
    /// programs that use shared memory under a lock.
    #[default]
    Coarse,
    /// Each access to shared memory is a step, and so are a release of a lock and a wake: for programs that use shared
    /// memory without a lock, as a queue does within.
    Fine,
}

/// What a run begins with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Which Unix.
    pub profile: Profile,
    /// Which calls are steps.
    pub stepping: Stepping,
    /// For all randomness that guests draw.
    pub seed: u64,
    /// The root process's arguments, the program's name first.
    pub arguments: Vec<String>,
    /// The environment of all processes.
    pub environment: Vec<(String, String)>,
    /// What can be read from standard input.
    pub stdin: Vec<u8>,
    /// What the run may use.
    pub limits: Limits,
}

/// What a process stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// It was made, and has not run yet.
    Begin,
    /// A system call of forktalk's.
    Call(Call),
    /// A call of the standard library's that is a step.
    Wasi(WasiRequest),
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Performed {
    /// The call answers this, and the process runs on.
    Answer(i32),
    /// A child was made; the call answers its number.
    Forked {
        /// The child.
        child: Pid,
        /// What its entry is given.
        closure: u32,
    },
    /// The process stands where it stood: a part of its write was taken, or it has gone to sleep on its word.
    Partly,
    /// The process has ended.
    Gone,
}

/// A standard stream that is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What a step printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The step.
    pub step: u32,
    /// Who printed.
    pub pid: Pid,
    /// Its name.
    pub name: String,
    /// Where to.
    pub stream: Stream,
    /// What.
    pub bytes: Vec<u8>,
}

/// The state of a simulated Unix.
#[derive(Debug)]
pub struct Kernel {
    pub(crate) config: Config,
    pub(crate) processes: Processes,
    pub(crate) objects: object::Objects,
    pub(crate) regions: region::Regions,
    pub(crate) clock: clock::Clock,
    /// What the scheduler's seed decides about the system as a whole.
    pub(crate) random: random::Random,
    /// How much of standard input was read.
    pub(crate) stdin_read: usize,
    /// The step that is being performed, or was last.
    pub(crate) step: u32,
    /// How many processes went on when process 1 ended.
    pub(crate) left_behind: u32,
    /// The lock that was taken at this step: who has it, and its region and offset.
    pub(crate) locked: Option<(Pid, u32, u32)>,
    /// Whether messages are noted, for pictures.
    pub(crate) record: bool,
    // For the driver to take.
    pub(crate) dead: Vec<Pid>,
    pub(crate) output: Vec<Output>,
    pub(crate) output_bytes: usize,
}

impl Kernel {
    /// A system with one process, number 1, "main", which has not run yet. `record`: whether it is to be looked at.
    #[must_use]
    pub fn new(config: Config, record: bool) -> Kernel {
        let seed = config.seed;
        let mut kernel = Kernel {
            config,
            processes: Processes::default(),
            objects: object::Objects::default(),
            regions: region::Regions::default(),
            clock: clock::Clock::default(),
            random: random::Random::default(),
            stdin_read: 0,
            step: 0,
            left_behind: 0,
            locked: None,
            record,
            dead: Vec::new(),
            output: Vec::new(),
            output_bytes: 0,
        };
        kernel.reset(seed);
        kernel
    }

    /// Begins again, with another seed and the same of everything else; keeps the memory.
    pub fn reset(&mut self, seed: u64) {
        self.config.seed = seed;
        self.processes.clear();
        self.objects.clear();
        self.regions.clear();
        self.clock = clock::Clock::default();
        self.random = random::Random::of(seed, Pid(0));
        self.stdin_read = 0;
        self.step = 0;
        self.left_behind = 0;
        self.locked = None;
        self.dead.clear();
        self.output.clear();
        self.output_bytes = 0;
        let root = self.processes.add(0, seed);
        root.name.push_str("main");
        root.descriptors.open_standard();
    }

    /// Whether a call is a step of this run, to be announced; any other is asked ([`Kernel::ask`]).
    #[inline]
    #[must_use]
    pub fn is_step(&self, call: Call) -> bool {
        match call.step() {
            Step::Always => true,
            Step::Fine => self.config.stepping == Stepping::Fine,
            Step::Never => false,
        }
    }

    /// What the run began with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The virtual clock, in nanoseconds.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.clock.now_ns()
    }

    /// The processes that have not ended, in order.
    #[inline]
    #[must_use]
    pub fn pids(&self) -> &[Pid] {
        &self.processes.alive
    }

    /// Whether a process computes: it has not ended, and stands at no call.
    #[inline]
    #[must_use]
    pub fn is_running(&self, pid: Pid) -> bool {
        let process = self.processes.get(pid);
        process.is_some_and(|process| process.is_alive() && process.pending.is_none())
    }

    /// Whether a process has a region of shared memory.
    #[must_use]
    pub fn shares_memory(&self, pid: Pid) -> bool {
        let process = self.processes.get(pid);
        process.is_some_and(|process| !process.regions.is_empty())
    }

    /// How many processes went on when process 1 ended.
    #[must_use]
    pub fn left_behind(&self) -> u32 {
        self.left_behind
    }

    /// How many pipes, directions of channels and queues were lost with something in them that was never received.
    #[must_use]
    pub fn unreceived(&self) -> u32 {
        self.objects.unread() + self.regions.unreceived()
    }

    /// All processes that ever were, each with how it ended, if it has.
    pub fn statuses(&self) -> impl Iterator<Item = (Pid, Option<ExitStatus>)> {
        let all = self.processes.all.iter();
        all.map(|process| (Pid(process.pid), process.status))
    }

    /// How a process ended, if it has.
    #[must_use]
    pub fn status(&self, pid: Pid) -> Option<ExitStatus> {
        self.processes.get(pid)?.status
    }

    /// When the call at which a process stands gives up, if it does.
    #[inline]
    #[must_use]
    pub fn deadline(&self, pid: Pid) -> Option<u64> {
        let process = self.processes.get(pid).filter(|one| !one.stopped)?;
        process.pending.as_ref()?.deadline_ns
    }

    /// The processes that another's step ended, since this was asked.
    pub fn take_dead(&mut self) -> Vec<Pid> {
        std::mem::take(&mut self.dead)
    }

    /// What was printed and not taken yet.
    #[must_use]
    pub fn output(&self) -> &[Output] {
        &self.output
    }

    /// What was printed, since this was asked.
    pub fn take_output(&mut self) -> Vec<Output> {
        self.output_bytes = 0;
        std::mem::take(&mut self.output)
    }
}
