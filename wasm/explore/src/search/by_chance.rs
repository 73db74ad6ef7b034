//! Runs that chance decides, each by a seed of its own.

use super::{Plan, Search};
use crate::strategy::{Random, RoundRobin, Strategy};
use crate::verdict::Ran;
use crate::watch::Watch;

/// How chance decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// Everybody in turn: one run.
    RoundRobin,
    /// A die for each step.
    Random,
}

/// Runs one after the other, with seeds that follow each other.
pub struct ByChance {
    chance: Chance,
    next_seed: u64,
    left: u64,
}

impl ByChance {
    /// So many runs, from this seed on.
    #[must_use]
    pub fn new(chance: Chance, seed: u64, runs: u64) -> ByChance {
        ByChance {
            chance,
            next_seed: seed,
            left: match chance {
                Chance::RoundRobin => 1,
                Chance::Random => runs,
            },
        }
    }

    fn strategy(&self) -> Box<dyn Strategy + Send> {
        match self.chance {
            Chance::RoundRobin => Box::new(RoundRobin),
            Chance::Random => Box::new(Random::new()),
        }
    }
}

impl Search for ByChance {
    fn plan(&mut self) -> Option<Plan> {
        self.left = self.left.checked_sub(1)?;
        let seed = self.next_seed;
        self.next_seed = self.next_seed.wrapping_add(1);
        Some(Plan {
            seed,
            strategy: self.strategy(),
            watch: false,
        })
    }

    fn learn(&mut self, _: &Ran, _: Option<&Watch>) {}

    fn is_exhausted(&self) -> bool {
        false
    }
}
