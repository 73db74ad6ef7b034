//! Runs that chance decides, each by a seed of its own.

use super::{Plan, Search, Wish};
use crate::counts::Counts;
use crate::fault::Faults;
use crate::strategy::{Faulty, Pct, Random, RoundRobin, Strategy, Uniform};
use crate::verdict::Ran;
use crate::watch::Watch;

/// How chance decides.
#[derive(Clone, Debug)]
pub enum Chance {
    /// A die for each step ([`Random`]).
    Random,
    /// Priorities that change so many times less one ([`Pct`]).
    Pct(u32),
    /// As if each interleaving were as likely as the others ([`Uniform`]); from the steps of an earlier run.
    Uniform(Counts),
}

/// Runs one after the other, with seeds that follow each other. It never ends by itself.
///
/// The first run is everybody in turn ([`RoundRobin`]), without faults: it tells how long runs are.
pub struct ByChance {
    chance: Chance,
    seed: u64,
    faults: Faults,
    planned: u64,
    /// How many steps the first run took.
    steps: Option<u32>,
}

impl ByChance {
    /// From this seed on, with so many faults in a run.
    #[must_use]
    pub fn new(chance: Chance, seed: u64, faults: Faults) -> ByChance {
        ByChance {
            chance,
            seed,
            faults,
            planned: 0,
            steps: None,
        }
    }

    fn strategy(&self, steps: u32) -> Box<dyn Strategy + Send> {
        let strategy: Box<dyn Strategy + Send> = match &self.chance {
            Chance::Random => Box::new(Random::new()),
            Chance::Pct(depth) => Box::new(Pct::new(*depth).within(steps)),
            Chance::Uniform(counts) => Box::new(Uniform::new(counts.clone()).selectively()),
        };
        match self.faults.is_none() {
            true => strategy,
            false => Box::new(Faulty::new(strategy).within(steps)),
        }
    }
}

impl Search for ByChance {
    fn plan(&mut self) -> Option<Plan> {
        let strategy: Box<dyn Strategy + Send> = match self.steps {
            Some(steps) => self.strategy(steps),
            None if self.planned == 0 => Box::new(RoundRobin),
            None => return None,
        };
        let seed = self.seed.wrapping_add(self.planned);
        self.planned += 1;
        Some(Plan {
            seed,
            strategy,
            wish: Wish::End,
        })
    }

    fn learn(&mut self, ran: &Ran, _: Option<&Watch>) {
        self.steps.get_or_insert(ran.steps);
    }

    fn is_exhausted(&self) -> bool {
        false
    }
}
