//! Many runs, and what they come to.

use crate::search::{Plan, Search};
use crate::verdict::{Outcome, Ran, Trouble};
use crate::watch::Watch;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// What a host asks which runs to make, and tells how they ended.
///
/// [`Exploration::plans`] hands out runs that do not hang on each other, for as many workers as there are; their reports
/// are taken in the order of the plans. So the result is the same with any number of workers.
pub struct Exploration {
    search: Box<dyn Search>,
    most_runs: u64,
    runs: u64,
    planned: u64,
    found: Vec<Found>,
    numbers: HashMap<Outcome, usize, BuildHasherDefault<DefaultHasher>>,
    most_steps: u32,
}

/// An outcome, and the runs that came to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The outcome.
    pub outcome: Outcome,
    /// How many runs came to it.
    pub count: u64,
    /// The number of the first of them, from 1.
    pub first: u64,
    /// The shortest of them.
    pub shortest: Ran,
}

/// Why an exploration is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The search is exhausted: there is nothing more that it looks for.
    Exhausted,
    /// As many runs were made as were asked for.
    Runs,
}

impl Exploration {
    /// An exploration by this search, of so many runs at most.
    #[must_use]
    pub fn new(search: Box<dyn Search>, most_runs: u64) -> Exploration {
        Exploration {
            search,
            most_runs,
            runs: 0,
            planned: 0,
            found: Vec::new(),
            numbers: HashMap::default(),
            most_steps: 0,
        }
    }

    /// Runs to be made next, so many at most; none: it is over.
    pub fn plans(&mut self, most: usize) -> Vec<Plan> {
        let left = self.most_runs - self.planned;
        let most = most.min(usize::try_from(left).unwrap_or(usize::MAX));
        let plans: Vec<Plan> = std::iter::from_fn(|| self.search.plan())
            .take(most)
            .collect();
        self.planned += plans.len() as u64;
        plans
    }

    /// A planned run is over; in the order of the plans.
    pub fn take(&mut self, ran: Ran, watch: Option<&Watch>) {
        self.runs += 1;
        self.most_steps = self.most_steps.max(ran.steps);
        self.search.learn(&ran, watch);
        match self.numbers.get(&ran.outcome) {
            Some(&number) => {
                let found = &mut self.found[number];
                found.count += 1;
                if ran.effort() < found.shortest.effort() {
                    found.shortest = ran;
                }
            }
            None => {
                self.numbers.insert(ran.outcome.clone(), self.found.len());
                self.found.push(Found {
                    outcome: ran.outcome.clone(),
                    count: 1,
                    first: self.runs,
                    shortest: ran,
                });
            }
        }
    }

    /// The shortest run of an outcome, numbered as [`Exploration::found`] has them, was made again by its schedule. If it
    /// came to something else, the program depends on what is not simulated, and that is noted.
    pub fn made_again(&mut self, number: usize, ran: &Ran) {
        let Some(found) = self.found.get_mut(number) else {
            return;
        };
        if ran.outcome != found.outcome {
            found.outcome.troubles.push(Trouble::Nondeterminism);
            found
                .shortest
                .outcome
                .troubles
                .push(Trouble::Nondeterminism);
        }
    }

    /// Why it is over, if it is.
    #[must_use]
    pub fn over(&self) -> Option<Over> {
        match self.search.is_exhausted() {
            true => Some(Over::Exhausted),
            false => (self.runs == self.most_runs).then_some(Over::Runs),
        }
    }

    /// How many runs were made.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How many of them showed what no other did, as far as the search knows.
    #[must_use]
    pub fn behaviours(&self) -> u64 {
        self.runs - self.search.repeated()
    }

    /// How many states were seen, if the search tells states apart and not behaviours.
    #[must_use]
    pub fn states(&self) -> Option<u64> {
        self.search.states()
    }

    /// The most steps of a run.
    #[must_use]
    pub fn most_steps(&self) -> u32 {
        self.most_steps
    }

    /// The outcomes, in the order in which they were seen first.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found
    }
}
