//! A schedule, again.

use super::{Situation, Strategy};
use crate::schedule::{Choice, Departure, Divergence, Reason, Schedule};
use std::fmt;

/// Follows the default policy and departs from it where a schedule says.
///
/// If the schedule no longer fits, the run goes on by the default policy, and [`Strategy::finish`] tells where.
#[derive(Clone, Debug)]
pub struct Replay {
    departures: Vec<Departure>,
    next: usize,
    /// Whether a departure that does not fit is passed over.
    passes_over: bool,
    divergence: Option<Divergence>,
}

impl Replay {
    /// Replays this schedule. Its seed, profile and stepping belong into the kernel's settings.
    #[must_use]
    pub fn new(schedule: &Schedule) -> Replay {
        Replay {
            departures: schedule.departures.clone(),
            next: 0,
            passes_over: false,
            divergence: None,
        }
    }

    /// The same, but where a departure does not fit, the next one is looked for.
    #[must_use]
    pub fn where_it_fits(schedule: &Schedule) -> Replay {
        Replay {
            passes_over: true,
            ..Replay::new(schedule)
        }
    }

    fn next_that_fits(&mut self, situation: &Situation<'_>) -> Option<Choice> {
        let here = (situation.default_choice.pid, situation.default_call);
        let mut left = self.departures.iter().enumerate().skip(self.next);
        let (place, departure) = left.find(|(_, departure)| {
            (departure.pid, departure.call) == here && situation.allows(departure.choice)
        })?;
        self.next = place + 1;
        Some(departure.choice)
    }

    fn diverges(&mut self, step: u32, departure: Departure, reason: Reason) {
        self.divergence = Some(Divergence {
            step,
            departure,
            reason,
        });
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("replay")
    }
}

impl Strategy for Replay {
    fn start(&mut self, _seed: u64) {
        self.next = 0;
        self.divergence = None;
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let default = situation.default_choice;
        if self.passes_over {
            return self.next_that_fits(situation).unwrap_or(default);
        }
        let Some(&departure) = self.departures.get(self.next) else {
            return default;
        };
        if self.divergence.is_some() {
            return default;
        }
        if situation.last == Some(departure.pid) && situation.last_call > departure.call {
            self.diverges(situation.step - 1, departure, Reason::Passed(departure.pid));
            return default;
        }
        if (default.pid, situation.default_call) != (departure.pid, departure.call) {
            return default;
        }
        if !situation.allows(departure.choice) {
            self.diverges(situation.step, departure, Reason::Impossible);
            return default;
        }
        self.next += 1;
        departure.choice
    }

    fn strikes_when_stuck(&self) -> bool {
        self.next < self.departures.len()
    }

    fn runs_on(&self) -> bool {
        self.next == self.departures.len()
    }

    fn finish(&mut self, steps: u32) -> Option<Divergence> {
        if self.divergence.is_none()
            && !self.passes_over
            && let Some(&departure) = self.departures.get(self.next)
        {
            self.diverges(steps, departure, Reason::Ended);
        }
        self.divergence.clone()
    }
}
