//! Every interleaving, without reduction.

use super::{Plan, Search};
use crate::schedule::Choice;
use crate::strategy::Interactive;
use crate::watch::Watch;

/// Makes every sequence of choices once: for proofs, and for programs that are very small.
pub struct BruteForce {
    seed: u64,
    /// The choices of the last run, and with each those that are left in its place.
    taken: Vec<(Choice, Vec<Choice>)>,
    under_way: bool,
    exhausted: bool,
}

impl BruteForce {
    /// For runs with this seed.
    #[must_use]
    pub fn new(seed: u64) -> BruteForce {
        BruteForce {
            seed,
            taken: Vec::new(),
            under_way: false,
            exhausted: false,
        }
    }
}

impl Search for BruteForce {
    fn plan(&mut self) -> Option<Plan> {
        if self.under_way || self.exhausted {
            return None;
        }
        self.under_way = true;
        let choices = self.taken.iter().map(|(choice, _)| *choice).collect();
        Some(Plan {
            seed: self.seed,
            strategy: Box::new(Interactive::new(choices)),
            watch: true,
        })
    }

    fn learn(&mut self, watch: Option<&Watch>) {
        self.under_way = false;
        let Some(watch) = watch else { return };
        for (index, event) in watch.events.iter().enumerate().skip(self.taken.len()) {
            let others = watch.choices(index).iter().copied();
            let others = others.filter(|choice| *choice != event.choice).collect();
            self.taken.push((event.choice, others));
        }
        while let Some((choice, left)) = self.taken.last_mut() {
            if let Some(next) = left.pop() {
                *choice = next;
                return;
            }
            self.taken.pop();
        }
        self.exhausted = true;
    }

    fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}
