//! The deciding moment of a run that ended badly: the step after which no continuation ends well.

use crate::schedule::Choice;
use crate::search::{Dpor, Plan, Search, Wish};
use crate::strategy::random::RandomBehind;
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;

/// So many runs go on by chance from a beginning of which not all continuations can be seen.
const BY_CHANCE: u32 = 200;

/// Looks for the deciding moment.
///
/// A beginning that can still end well has no beginning that cannot, so the moment is found by halving: for each
/// beginning that is tried, runs that go on from it are made until one ends well, or all were seen. Where there are too
/// many, runs go on by chance: if none of them ends well, it is taken that none does, and the moment is likely, not certain.
pub struct Decide {
    kernel: Config,
    choices: Vec<Choice>,
    runs_each: u64,
    /// After so many steps it can end well, as the run shows; nothing is known if there is no run.
    can: usize,
    well: Option<(Vec<Choice>, Ran)>,
    /// After so many steps it cannot.
    cannot: usize,
    /// Whether that is certain.
    exact: bool,
    tried: u64,
    trying: Option<Trying>,
    state: State,
    share: Option<Share>,
}

/// A beginning that is tried.
struct Trying {
    steps: usize,
    ways: Ways,
    planned: u64,
    runs: u64,
}

/// How it may go on.
enum Ways {
    /// In every way.
    All(Box<Dpor>),
    /// By chance; so many of them ended well.
    ByChance { well: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Whether any run at all ends well.
    Root,
    Halving,
    /// How often it ends well before the moment that was found.
    Weighing,
    Done,
}

/// How many of some runs that went on by chance ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// So many ended well,
    pub well: u32,
    /// of so many.
    pub of: u32,
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
        /// Nothing if all continuations were seen. Else this many of those that went on by chance from before the step ended
        /// well, and none of as many from behind it.
        share: Option<Share>,
    },
    /// However the choices fall, it does not end well: the mistake is not in the order.
    Never,
    /// So many ways on were tried, which are not all, and that does not tell.
    Unknown(u64),
}

impl Decide {
    /// Of the run in which these choices were made; at most so many runs are made for each beginning that is tried, before it
    /// is left to chance.
    #[must_use]
    pub fn new(kernel: Config, choices: Vec<Choice>, runs_each: u64) -> Decide {
        let mut decide = Decide {
            cannot: choices.len(),
            kernel,
            choices,
            runs_each,
            can: 0,
            well: None,
            exact: true,
            tried: 0,
            trying: None,
            state: State::Root,
            share: None,
        };
        decide.attempt(0);
        decide
    }

    fn attempt(&mut self, steps: usize) {
        let search = Dpor::behind(self.kernel.clone(), &self.choices[..steps]);
        self.trying = Some(Trying::new(steps, Ways::All(Box::new(search))));
    }

    /// What was found, once the search is exhausted.
    #[must_use]
    pub fn moment(&self) -> Moment {
        match &self.well {
            _ if self.state != State::Done => Moment::Unknown(self.tried),
            Some((choices, well)) => Moment::Step {
                step: self.can as u32 + 1,
                chosen: self.choices[self.can],
                instead: choices.get(self.can).copied(),
                well: Box::new(well.clone()),
                share: self.share,
            },
            None if self.exact => Moment::Never,
            None => Moment::Unknown(self.tried),
        }
    }

    fn halve(&mut self) {
        match self.cannot - self.can {
            0 | 1 if self.exact => self.state = State::Done,
            0 | 1 => {
                self.state = State::Weighing;
                self.trying = Some(Trying::new(self.can, Ways::ByChance { well: 0 }));
            }
            between => {
                self.state = State::Halving;
                self.attempt(self.can + between / 2);
            }
        }
    }

    /// It can end well behind so many steps, as this run shows.
    fn ends_well(&mut self, steps: usize, ran: &Ran, watch: Option<&Watch>) {
        let events = watch.map_or(&[][..], |watch| &watch.events);
        let choices = events.iter().map(|event| event.choice).collect();
        self.well = Some((choices, ran.clone()));
        self.can = steps;
        self.halve();
    }

    /// It cannot.
    fn ends_badly(&mut self, steps: usize) {
        match self.state {
            State::Root => self.state = State::Done,
            _ => {
                self.cannot = steps;
                self.halve();
            }
        }
    }
}

impl Trying {
    fn new(steps: usize, ways: Ways) -> Trying {
        Trying {
            steps,
            ways,
            planned: 0,
            runs: 0,
        }
    }
}

impl Search for Decide {
    fn plan(&mut self) -> Option<Plan> {
        // What this run comes to decides which goes on.
        let trying = self.trying.as_mut().filter(|one| one.planned == one.runs)?;
        trying.planned += 1;
        match &mut trying.ways {
            Ways::All(search) => search.plan(),
            Ways::ByChance { .. } => {
                let begin = self.choices[..trying.steps].to_vec();
                Some(Plan {
                    seed: self.kernel.seed,
                    strategy: Box::new(RandomBehind::new(begin, trying.planned)),
                    wish: Wish::Steps,
                })
            }
        }
    }

    fn learn(&mut self, ran: &Ran, watch: Option<&Watch>) {
        let Some(mut trying) = self.trying.take() else {
            return;
        };
        trying.runs += 1;
        self.tried += 1;
        let ended_well = ran.outcome.is_well();
        let steps = trying.steps;
        match &mut trying.ways {
            Ways::All(search) => {
                search.learn(ran, watch);
                if ended_well {
                    return self.ends_well(steps, ran, watch);
                } else if search.is_exhausted() {
                    return self.ends_badly(steps);
                } else if trying.runs == self.runs_each {
                    trying = Trying::new(steps, Ways::ByChance { well: 0 });
                }
            }
            Ways::ByChance { .. } if ended_well && self.state != State::Weighing => {
                return self.ends_well(steps, ran, watch);
            }
            Ways::ByChance { well } => {
                *well += u32::from(ended_well);
                if trying.runs == u64::from(BY_CHANCE) && self.state == State::Weighing {
                    self.share = Some(Share {
                        well: *well,
                        of: BY_CHANCE,
                    });
                    self.state = State::Done;
                    return;
                } else if trying.runs == u64::from(BY_CHANCE) {
                    self.exact = false;
                    return self.ends_badly(steps);
                }
            }
        }
        self.trying = Some(trying);
    }

    fn is_exhausted(&self) -> bool {
        self.trying.is_none()
    }
}
