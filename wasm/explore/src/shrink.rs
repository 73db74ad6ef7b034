//! Making a schedule short: fewer switches, fewer faults, fewer steps, and the same trouble.

use crate::schedule::{Departure, Schedule};
use crate::search::{Plan, Search, Wish};
use crate::strategy::Replay;
use crate::verdict::Ran;
use crate::watch::Watch;

/// So many runs are made at most: what is short enough to be read is reached long before.
const MOST_RUNS: u32 = 500;

/// Leaves departures out, as many at once as possible, and keeps what still comes to the same trouble.
///
/// As delta debugging does (Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on
/// Software Engineering 28(2), 2002): halves first, single ones at last.
pub struct Shrink {
    best: Ran,
    /// How many departures are left out at once, and from which on.
    chunk: usize,
    from: usize,
    runs: u32,
    /// Whether all of the outcome must stay, and not only what is wrong with it.
    whole: bool,
}

impl Shrink {
    /// Begins with a run.
    #[must_use]
    pub fn new(ran: Ran) -> Shrink {
        Shrink {
            chunk: ran.schedule.departures.len(),
            from: 0,
            best: ran,
            runs: 0,
            whole: false,
        }
    }

    /// The same, for a run that must come to the very same outcome: each process ends as it did, and prints what it did.
    #[must_use]
    pub fn to_same_outcome(ran: Ran) -> Shrink {
        Shrink {
            whole: true,
            ..Shrink::new(ran)
        }
    }

    /// The shortest run so far.
    #[must_use]
    pub fn best(&self) -> &Ran {
        &self.best
    }

    fn is_as_before(&self, ran: &Ran) -> bool {
        let (now, before) = (&ran.outcome, &self.best.outcome);
        match self.whole {
            true => now == before,
            false => now.troubles == before.troubles,
        }
    }

    fn departures(&self) -> &[Departure] {
        &self.best.schedule.departures
    }

    /// The departures that are left when the next ones are left out.
    fn candidate(&mut self) -> Option<Vec<Departure>> {
        while self.chunk > 0 && self.from >= self.departures().len() {
            self.chunk = (self.chunk / 2).min(self.departures().len());
            self.from = 0;
        }
        if self.chunk == 0 {
            return None;
        }
        let left_out = self.from..self.from + self.chunk;
        let departures = self.departures().iter().enumerate();
        let kept = departures.filter(|(index, _)| !left_out.contains(index));
        Some(kept.map(|(_, departure)| *departure).collect())
    }
}

impl Search for Shrink {
    fn plan(&mut self) -> Option<Plan> {
        if self.runs == MOST_RUNS {
            return None;
        }
        let departures = self.candidate()?;
        let schedule = Schedule {
            departures,
            ..self.best.schedule.clone()
        };
        Some(Plan {
            seed: schedule.seed,
            strategy: Box::new(Replay::where_it_fits(&schedule)),
            wish: Wish::End,
        })
    }

    fn learn(&mut self, ran: &Ran, _: Option<&Watch>) {
        self.runs += 1;
        let is_shorter = ran.effort() < self.best.effort();
        match is_shorter && self.is_as_before(ran) {
            // What stood behind stands here now.
            true => self.best = ran.clone(),
            false => self.from += self.chunk,
        }
    }

    fn is_exhausted(&self) -> bool {
        self.runs == MOST_RUNS || self.chunk == 0
    }
}
