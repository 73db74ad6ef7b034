//! How a run ended, and what is wrong with it.

use crate::run::Run;
use crate::schedule::{Act, Schedule};
use forktalk_abi::{ExitStatus, Pid, Signal};
use std::fmt;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every process has ended; the root like this.
    Finished(ExitStatus),
    /// Somebody waits, nobody can go on, and no wait has a deadline.
    Deadlock,
    /// The run took as many steps as it may.
    Limit,
}

impl End {
    /// Its name, as a trace writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            End::Finished(_) => "finished",
            End::Deadlock => "deadlock",
            End::Limit => "limit",
        }
    }
}

/// What may be wrong with a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// Somebody waits and nobody can go on.
    Deadlock,
    /// The root process failed: a panic, a signal, an exit code that is not 0.
    RootFailed,
    /// Another process failed: it panicked (exit code 101), returned an error (1) or crashed. Other exit codes are what
    /// it has to say, and who was killed did not fail.
    ProcessFailed,
    /// A process computed for too long without a call.
    Fuel,
    /// The run took as many steps as it may.
    Steps,
    /// A run that was made again went another way: the program depends on something that is not simulated.
    Nondeterminism,
    /// Processes went on after the root had ended.
    LeftBehind,
    /// Something was sent, and nobody was left who could have received it.
    Unreceived,
}

impl Trouble {
    /// All there are.
    pub const ALL: [Trouble; 8] = [
        Trouble::Deadlock,
        Trouble::RootFailed,
        Trouble::ProcessFailed,
        Trouble::Fuel,
        Trouble::Steps,
        Trouble::Nondeterminism,
        Trouble::LeftBehind,
        Trouble::Unreceived,
    ];

    /// Whether it is a failure unless somebody says otherwise; the others are notes.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(self, Trouble::LeftBehind | Trouble::Unreceived)
    }

    /// Its name, as options and reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Trouble::Deadlock => "deadlock",
            Trouble::RootFailed => "root-failed",
            Trouble::ProcessFailed => "process-failed",
            Trouble::Fuel => "fuel",
            Trouble::Steps => "steps",
            Trouble::Nondeterminism => "nondeterminism",
            Trouble::LeftBehind => "left-behind",
            Trouble::Unreceived => "unreceived",
        }
    }
}

/// How a run ended, as far as one can see from outside: what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// How each process ended, by number; nothing if it never did.
    pub statuses: Vec<Option<ExitStatus>>,
    /// What was printed, in the order in which it was.
    pub output: String,
    /// What may be wrong with it.
    pub troubles: Vec<Trouble>,
}

impl Outcome {
    /// Whether nothing failed.
    #[must_use]
    pub fn is_well(&self) -> bool {
        !self.troubles.iter().any(|trouble| trouble.is_failure())
    }
}

/// A run that is over, as an exploration takes it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub outcome: Outcome,
    /// How many steps it took.
    pub steps: u32,
    /// How to make it again.
    pub schedule: Schedule,
}

impl Ran {
    /// What is to be kept of a run that is over, in which this was printed.
    #[must_use]
    pub fn of(run: &Run, output: String) -> Ran {
        let schedule = run.choices();
        let statuses: Vec<_> = run.statuses().map(|(_, status)| status).collect();
        let outcome = Outcome {
            troubles: troubles(run, &schedule, &statuses),
            statuses,
            output,
        };
        Ran {
            outcome,
            steps: run.steps(),
            schedule,
        }
    }
}

impl Ran {
    /// What makes it long to read: how often somebody else goes than by the default policy, or a fault strikes; then how
    /// many steps it takes.
    #[must_use]
    pub fn effort(&self) -> (usize, u32) {
        (self.schedule.departures.len(), self.steps)
    }
}

fn troubles(run: &Run, schedule: &Schedule, statuses: &[Option<ExitStatus>]) -> Vec<Trouble> {
    let root_was_killed = schedule
        .departures
        .iter()
        .any(|one| (one.choice.act, one.choice.pid) == (Act::Kill, Pid(1)));
    let root = statuses.first().copied().flatten();
    let root_failed = root.is_some_and(|status| !status.success()) && !root_was_killed;
    let mut others = statuses.iter().skip(1).flatten();
    let out_of_fuel = Some(ExitStatus::Signaled(Signal::XCPU));
    let mut found = |trouble: &Trouble| match trouble {
        Trouble::Deadlock => run.end() == Some(&End::Deadlock),
        Trouble::RootFailed => root_failed,
        Trouble::ProcessFailed => others.any(|status| failed(*status)),
        Trouble::Fuel => statuses.contains(&out_of_fuel),
        Trouble::Steps => run.end() == Some(&End::Limit),
        Trouble::Nondeterminism => run.divergence().is_some(),
        Trouble::LeftBehind => run.left_behind() > 0,
        Trouble::Unreceived => run.unreceived() > 0,
    };
    Trouble::ALL
        .into_iter()
        .filter(|trouble| found(trouble))
        .collect()
}

fn failed(status: ExitStatus) -> bool {
    match status {
        ExitStatus::Exited(code) => code == 1 || code == 101,
        ExitStatus::Signaled(signal) => {
            [Signal::SEGV, Signal::FPE, Signal::SYS, Signal::XCPU].contains(&signal)
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trouble::Deadlock => "deadlock",
            Trouble::RootFailed => "the root process failed",
            Trouble::ProcessFailed => "a process failed",
            Trouble::Fuel => "a process computed for too long without end",
            Trouble::Steps => "too many steps",
            Trouble::Nondeterminism => "the same choices gave another run",
            Trouble::LeftBehind => "processes went on after the root had ended",
            Trouble::Unreceived => "something was sent and never received",
        })
    }
}
