//! Every behaviour once: dynamic partial-order reduction.
//!
//! Runs that are equivalent ([`Order`]) tell the same; this search makes one of each. It makes a run, finds its races,
//! and for each notes, at the state before the first of the two steps, the beginning of a run in which the second comes
//! first, if no run that was made or is noted already has that order: "optimal DPOR" with wakeup trees and sleep sets,
//! Abdulla, Aronis, Jonsson, Sagonas, Journal of the ACM 64(4), 2017, algorithm 2. What waits is treated otherwise than
//! there: whether a step could have come earlier is not guessed from what kind of step it is, but tried on the kernel
//! with what the processes were seen to do ([`crate::shadow`]), unless it is plain.
//!
//! Of what is noted, many runs may be under way at once. What is explored from a state by one of its steps counts as
//! seen from the moment at which that is begun, for those who come later; which of two came first does not matter to
//! what both cover together.

use super::state::{Beginning, States};
use super::wakeup_tree::Tree;
use super::{Plan, Search, Wish};
use crate::order::Order;
use crate::race::Study;
use crate::schedule::Choice;
use crate::shadow::Shadow;
use crate::strategy::guided::{Guided, Strike};
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;
use std::collections::VecDeque;
use std::sync::Arc;

/// See the module.
pub struct Dpor {
    kernel: Config,
    /// The faults that strike.
    strikes: Vec<Strike>,
    /// The choices with which each run begins.
    given: Vec<Choice>,
    states: States,
    begun: bool,
    under_way: VecDeque<UnderWay>,
    /// Where another order is tried, if the run's host did not.
    shadow: Option<Box<Shadow>>,
    /// What was learnt of waits that would give up in another order, and not asked for yet.
    waits: Vec<(Choice, u32)>,
}

/// A run that was planned.
struct UnderWay {
    beginning: Beginning,
    /// For each of the steps that it was told to take behind the first, what is to be explored beside it.
    beside: Vec<Vec<Tree>>,
    study: Arc<Study>,
}

impl Dpor {
    /// For a program that runs with these settings.
    #[must_use]
    pub fn new(kernel: Config) -> Dpor {
        Dpor::of(kernel, &[], Vec::new())
    }

    /// The same, of the runs that begin with these choices.
    #[must_use]
    pub fn behind(kernel: Config, choices: &[Choice]) -> Dpor {
        Dpor::of(kernel, choices, Vec::new())
    }

    /// The same, with these faults in every run that comes to them.
    pub(super) fn with_strikes(kernel: Config, strikes: Vec<Strike>) -> Dpor {
        Dpor::of(kernel, &[], strikes)
    }

    fn of(kernel: Config, choices: &[Choice], strikes: Vec<Strike>) -> Dpor {
        Dpor {
            kernel,
            strikes,
            given: choices.to_vec(),
            states: States::new(),
            begun: false,
            under_way: VecDeque::new(),
            shadow: None,
            waits: Vec::new(),
        }
    }

    /// The waits that give up at some time and did not wait in a run since this was asked, but would in another order.
    pub(super) fn take_waits(&mut self) -> Vec<(Choice, u32)> {
        std::mem::take(&mut self.waits)
    }

    /// The run that begins so, and goes on with these choices; with each, what is to be explored beside it.
    fn begin(&mut self, beginning: Beginning, ahead: Vec<(Choice, Vec<Tree>)>) -> Plan {
        let known = self.states.path(beginning.from);
        let path = known.iter().map(|step| step.event.way());
        let choices = path
            .chain(ahead.iter().map(|(choice, _)| *choice))
            .collect();
        let guided = Guided::new(choices)
            .with_sleepers(known.len(), beginning.asleep.clone())
            .with_strikes(self.strikes.clone());
        let study = Arc::new(Study {
            known,
            given: self.given.len(),
            strikes: self.strikes.clone(),
            kernel: self.kernel.clone(),
        });
        self.under_way.push_back(UnderWay {
            beginning,
            beside: ahead
                .into_iter()
                .skip(1)
                .map(|(_, beside)| beside)
                .collect(),
            study: Arc::clone(&study),
        });
        Plan {
            seed: self.kernel.seed,
            strategy: Box::new(guided),
            wish: Wish::Races(study),
        }
    }
}

impl Search for Dpor {
    fn plan(&mut self) -> Option<Plan> {
        if !self.begun {
            self.begun = true;
            let beginning = self.states.first();
            let given = self.given.iter().map(|choice| (*choice, Vec::new()));
            let given = given.collect();
            return Some(self.begin(beginning, given));
        }
        let (beginning, tree) = self.states.next()?;
        let mut ahead = vec![(tree.event.way(), Vec::new())];
        let mut trees = tree.rest;
        while !trees.is_empty() {
            let next = trees.remove(0);
            ahead.push((next.event.way(), trees));
            trees = next.rest;
        }
        Some(self.begin(beginning, ahead))
    }

    fn learn(&mut self, _: &Ran, watch: Option<&Watch>) {
        let (Some(run), Some(watch)) = (self.under_way.pop_front(), watch) else {
            return;
        };
        let studied = match watch.studied() {
            Some(studied) => Arc::clone(studied),
            None => Arc::new(run.study.of(watch, &mut self.shadow)),
        };
        let UnderWay {
            beginning, beside, ..
        } = run;
        let way = self.states.take(&beginning, &studied.steps, beside);
        for race in &studied.races {
            self.states.note(&way, race.before, &race.then);
        }
        self.states.finish(&beginning, &way);
        self.waits.extend_from_slice(&studied.waits);
    }

    fn is_exhausted(&self) -> bool {
        self.begun && self.under_way.is_empty() && self.states.are_done()
    }
}

/// A number that tells runs apart that are not equivalent.
#[must_use]
pub fn fingerprint(watch: &Watch) -> u64 {
    Order::new(&watch.events).fingerprint()
}
