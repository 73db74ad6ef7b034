//! The deciding moment of a run that ended badly: the step after which no continuation ends well.

use crate::schedule::Choice;
use crate::search::{Dpor, Plan, Search};
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;

/// Looks for the deciding moment.
///
/// A beginning that can still end well has no beginning that cannot, so the moment is found by halving: for each
/// beginning that is tried, runs that go on from it are made until one ends well, or all were seen.
pub struct Decide {
    kernel: Config,
    choices: Vec<Choice>,
    runs_each: u64,
    /// After so many steps it can end well, as the run shows; nothing is known if there is no run.
    can: usize,
    well: Option<(Vec<Choice>, Ran)>,
    /// After so many steps it cannot.
    cannot: usize,
    trying: Option<Trying>,
    state: State,
}

/// A beginning that is tried.
struct Trying {
    steps: usize,
    search: Dpor,
    planned: u64,
    runs: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Whether any run at all ends well.
    Root,
    Halving,
    Done,
    /// So much could not be seen.
    GaveUp,
}

/// What is known of the deciding moment.
#[derive(Clone, Debug)]
pub enum Moment {
    /// Until before this step it could end well; not after it.
    Step {
        /// The step, from 1.
        step: u32,
        /// What was chosen.
        chosen: Choice,
        /// What would have been chosen in the nearest run that ends well.
        instead: Option<Choice>,
        /// That run.
        well: Box<Ran>,
    },
    /// However the choices fall, it does not end well: the mistake is not in the order.
    Never,
    /// There are too many continuations to see them all.
    Unknown,
}

impl Decide {
    /// Of the run in which these choices were made; at most so many runs are made for each beginning that is tried.
    #[must_use]
    pub fn new(kernel: Config, choices: Vec<Choice>, runs_each: u64) -> Decide {
        let mut decide = Decide {
            cannot: choices.len(),
            kernel,
            choices,
            runs_each,
            can: 0,
            well: None,
            trying: None,
            state: State::Root,
        };
        decide.attempt(0);
        decide
    }

    fn attempt(&mut self, steps: usize) {
        self.trying = Some(Trying {
            steps,
            search: Dpor::behind(self.kernel.clone(), &self.choices[..steps]),
            planned: 0,
            runs: 0,
        });
    }

    /// What was found.
    #[must_use]
    pub fn moment(&self) -> Moment {
        match (self.state, &self.well) {
            (State::Done, Some((choices, well))) => Moment::Step {
                step: self.can as u32 + 1,
                chosen: self.choices[self.can],
                instead: choices.get(self.can).copied(),
                well: Box::new(well.clone()),
            },
            (State::Done, None) => Moment::Never,
            _ => Moment::Unknown,
        }
    }

    fn halve(&mut self) {
        match self.cannot - self.can {
            0 | 1 => self.state = State::Done,
            between => {
                self.state = State::Halving;
                self.attempt(self.can + between / 2);
            }
        }
    }
}

impl Search for Decide {
    fn plan(&mut self) -> Option<Plan> {
        // What this run comes to decides which search goes on.
        let trying = self.trying.as_mut().filter(|one| one.planned == one.runs)?;
        trying.planned += 1;
        trying.search.plan()
    }

    fn learn(&mut self, ran: &Ran, watch: Option<&Watch>) {
        let Some(mut trying) = self.trying.take() else {
            return;
        };
        trying.search.learn(ran, watch);
        trying.runs += 1;
        if ran.outcome.is_well() {
            let events = watch.map_or(&[][..], |watch| &watch.events);
            let choices = events.iter().map(|event| event.choice).collect();
            self.well = Some((choices, ran.clone()));
            self.can = trying.steps;
            self.halve();
        } else if trying.search.is_exhausted() {
            match self.state {
                State::Root => self.state = State::Done,
                _ => {
                    self.cannot = trying.steps;
                    self.halve();
                }
            }
        } else if trying.runs == self.runs_each {
            self.state = State::GaveUp;
        } else {
            self.trying = Some(trying);
        }
    }

    fn is_exhausted(&self) -> bool {
        self.trying.is_none()
    }
}
