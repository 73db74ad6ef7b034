//! Who chooses: the trait, and the policy that schedules are written against.

mod faulty;
pub(crate) mod guided;
mod interactive;
mod pct;
pub(crate) mod random;
mod replay;
mod round_robin;
#[cfg(test)]
mod scripted;
mod uniform;

pub use faulty::Faulty;
pub use interactive::Interactive;
pub use pct::Pct;
pub use random::Random;
pub use replay::Replay;
pub use round_robin::RoundRobin;
pub use uniform::Uniform;

use crate::event::Event;
use crate::fault::{Fault, Faults};
use crate::schedule::{Act, Choice, Divergence, Schedule};
use forktalk_abi::Pid;
use forktalk_kernel::Kernel;
use std::fmt;

/// Decides who goes next. It is displayed as the name that a trace gives it.
pub trait Strategy: fmt::Display + Send {
    /// A run begins, with this seed.
    fn start(&mut self, seed: u64);

    /// Picks one of the situation's transitions, or of its faults.
    ///
    /// What the situation does not allow ([`Situation::allows`]) counts as [`Situation::default_choice`].
    fn choose(&mut self, situation: &Situation<'_>) -> Choice;

    /// Whether it chooses that the process that went last goes on whenever that can go, for the rest of the run. Then it
    /// is not asked, and nobody looks what the other processes could do.
    fn runs_on(&self) -> bool {
        false
    }

    /// Whether it has a fault in store for a moment at which nobody can go. Then it is asked at such a moment too: if what
    /// it chooses is a fault that can happen, the run goes on.
    fn strikes_when_stuck(&self) -> bool {
        false
    }

    /// The run is over, after so many steps: how it went otherwise than this strategy meant it to, if it did.
    fn finish(&mut self, steps: u32) -> Option<Divergence> {
        let _ = steps;
        None
    }
}

/// A transition that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What would happen.
    pub act: Act,
    /// To whom.
    pub pid: Pid,
    /// The numbers of bytes that may be granted, least and most, where that is open.
    pub grants: Option<(u32, u32)>,
}

/// What a strategy sees when it chooses.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The number of the step that is to be chosen.
    pub step: u32,
    /// The process that went last.
    pub last: Option<Pid>,
    /// The number of the call that it stands at now.
    pub last_call: u32,
    /// What may be chosen, by process; empty only where [`Strategy::strikes_when_stuck`]. Timeouts stand here only while
    /// nobody can go.
    pub transitions: &'a [Transition],
    /// The processes that wait, but not for ever: a strategy may let their time be up early.
    pub timeouts: &'a [Pid],
    /// All processes that have not ended.
    pub alive: &'a [Pid],
    /// The steps so far, if the run is watched.
    pub events: &'a [Event],
    /// The faults that may be chosen too: those that can happen now, of the kinds of which something is left. By kind, then
    /// by process; of the reads and writes that could be cut short, at one byte and at half.
    pub faults: &'a [Choice],
    /// What is left of the run's budget of faults.
    pub left: Faults,
    /// The number of the call at which each process stands, by its number.
    pub(crate) calls: &'a [u32],
    /// What the default policy would choose; where nobody can go, the process of the lowest number, in vain.
    pub default_choice: Choice,
    /// The number of the call that the process of `default_choice` stands at; 0 is its beginning.
    pub default_call: u32,
    /// The state in which the choice is made: what is listed above was read from it.
    pub kernel: &'a Kernel,
}

impl Situation<'_> {
    /// Whether the choice can be made. Any fault can that is possible now, whether or not something is left of it: a
    /// replay has no budget.
    #[must_use]
    pub fn allows(&self, choice: Choice) -> bool {
        self.is_listed(choice)
            || match (choice.act, choice.grant) {
                (Act::Go, None) => false,
                (Act::Go, Some(bytes)) => is_within(self.kernel.divisible(choice.pid), bytes),
                (act, _) => self.kernel.can_happen(choice.pid, act),
            }
    }

    /// The number of the call at which a process stands; 0 is its beginning.
    #[must_use]
    pub fn call_of(&self, pid: Pid) -> u32 {
        let index = usize::try_from(pid.0).unwrap_or(0);
        self.calls.get(index).copied().unwrap_or(0)
    }

    /// The kind of fault that a choice is; nothing if it is one of the transitions.
    #[must_use]
    pub fn fault(&self, choice: Choice) -> Option<Fault> {
        match self.is_listed(choice) {
            true => None,
            false => Fault::of(choice),
        }
    }

    fn is_listed(&self, choice: Choice) -> bool {
        self.transitions.iter().any(|transition| {
            (transition.act, transition.pid) == (choice.act, choice.pid)
                && choice
                    .grant
                    .is_none_or(|bytes| is_within(transition.grants, bytes))
        })
    }
}

fn is_within(grants: Option<(u32, u32)>, bytes: u32) -> bool {
    grants.is_some_and(|(least, most)| (least..=most).contains(&bytes))
}

/// The default policy, as a strategy: whoever went last goes on until it blocks, then the lowest number; a timeout only
/// when nobody can go.
#[derive(Clone, Copy, Debug, Default)]
pub struct Default;

impl fmt::Display for Default {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("default")
    }
}

impl Strategy for Default {
    fn start(&mut self, _seed: u64) {}

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        situation.default_choice
    }

    fn runs_on(&self) -> bool {
        true
    }
}

/// The strategy that replays this schedule.
#[must_use]
pub fn replaying(schedule: &Schedule) -> Box<dyn Strategy + Send> {
    Box::new(Replay::new(schedule))
}
