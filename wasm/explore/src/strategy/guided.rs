//! The way that a search wants.

use super::{Situation, Strategy};
use crate::event::Event;
use crate::schedule::{Act, Choice};
use forktalk_abi::Pid;
use std::fmt;
use std::sync::Arc;

/// Makes given choices, and goes on by the default policy, but not with a process that is *asleep*: what would come of
/// its step now was seen in another run, unless something happens before it that does not commute with it.
///
/// Where a fault is to strike a process at one of its calls, that is the step which the process takes there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guided {
    choices: Vec<Choice>,
    strikes: Vec<Strike>,
    /// Who is asleep after the first `since` steps, and what each would do.
    since: usize,
    asleep: Vec<Arc<Event>>,
    // Of the run that is under way:
    awake_until: usize,
    still_asleep: Vec<Arc<Event>>,
}

/// A fault, and the number of the call at which it strikes its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Strike {
    pub(crate) call: u32,
    pub(crate) fault: Choice,
}

impl Guided {
    pub(crate) fn new(choices: Vec<Choice>) -> Guided {
        Guided {
            choices,
            ..Guided::default()
        }
    }

    /// These are asleep after the first `since` steps.
    pub(crate) fn with_sleepers(self, since: usize, asleep: Vec<Arc<Event>>) -> Guided {
        Guided {
            since,
            asleep,
            ..self
        }
    }

    /// These faults strike.
    pub(crate) fn with_strikes(self, strikes: Vec<Strike>) -> Guided {
        Guided { strikes, ..self }
    }

    fn sleeps(&self, pid: Pid) -> bool {
        self.still_asleep.iter().any(|event| event.pid() == pid)
    }

    /// Wakes those whose step does not commute with one that was taken.
    fn wake(&mut self, events: &[Event]) {
        for event in events.iter().skip(self.awake_until) {
            self.still_asleep.retain(|asleep| !asleep.depends_on(event));
        }
        self.awake_until = self.awake_until.max(events.len());
    }

    /// The fault that strikes a process where it stands.
    fn strike_at(&self, situation: &Situation<'_>, pid: Pid) -> Option<Choice> {
        let strikes = self.strikes.iter();
        let mut here = strikes.filter(|one| one.fault.pid == pid);
        let strike = here.find(|one| one.call == situation.call_of(pid))?;
        // Only who waits can be told that its time is up.
        let can_strike = match strike.fault.act {
            Act::Timeout => situation.timeouts.contains(&pid),
            _ => situation.allows(strike.fault),
        };
        can_strike.then_some(strike.fault)
    }

    /// Whether a wait of a process, where it stands or later, is to give up early.
    fn is_to_time_out(&self, situation: &Situation<'_>, pid: Pid) -> bool {
        let mut strikes = self.strikes.iter();
        strikes.any(|strike| {
            strike.fault == Choice::timeout(pid) && strike.call >= situation.call_of(pid)
        })
    }

    /// What a process does of itself is another thing in another order: it waited there and its time was up, here it goes.
    fn as_it_is_here(&self, choice: Choice, situation: &Situation<'_>) -> Choice {
        let here = self.steps(situation).find(|step| step.pid == choice.pid);
        match choice.act {
            Act::Go | Act::Timeout if choice.grant.is_none() => here.unwrap_or(choice),
            _ => choice,
        }
    }

    /// What each process would do next, of those that can do anything.
    fn steps<'a>(&'a self, situation: &'a Situation<'_>) -> impl Iterator<Item = Choice> + 'a {
        situation.alive.iter().filter_map(|&pid| {
            let struck = self.strike_at(situation, pid);
            struck.or_else(|| {
                let mut offered = situation.transitions.iter();
                let step = offered.find(|one| one.pid == pid)?;
                Some(Choice {
                    act: step.act,
                    ..Choice::go(pid)
                })
            })
        })
    }
}

impl fmt::Display for Guided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("exhaustive")
    }
}

impl Strategy for Guided {
    fn start(&mut self, _seed: u64) {
        self.awake_until = self.since;
        self.still_asleep.clone_from(&self.asleep);
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let made = situation.step as usize - 1;
        if let Some(choice) = self.choices.get(made) {
            return self.as_it_is_here(*choice, situation);
        }
        self.wake(situation.events);
        let default = situation.default_choice;
        let awake = |choice: &Choice| !self.sleeps(choice.pid);
        // If all are asleep, this run is one that was seen; the search notices.
        let first = self.steps(situation).filter(awake).min_by_key(|choice| {
            let goes_on = situation.last == Some(choice.pid);
            // Once nobody else can go, a timeout does not come early, and nothing that was before is tried behind it.
            let hurries = self.is_to_time_out(situation, choice.pid);
            (!hurries, !goes_on, choice.pid)
        });
        first
            .or_else(|| self.steps(situation).next())
            .unwrap_or(default)
    }

    fn strikes_when_stuck(&self) -> bool {
        true
    }
}
