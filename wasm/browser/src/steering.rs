//! What a person may steer by: at each step what was chosen and what could have been.

use std::fmt::Write;

use forktalk_explore::{Ran, Run};
use serde::Serialize;

/// `Steering` of web/src/worker/messages.ts. Texts, for a run may have a million steps, and a text crosses at once.
#[derive(Default, Serialize)]
pub(crate) struct Steering {
    /// The choices, as schedules write them, with a space between two.
    choices: String,
    /// What could be chosen after 0, 1, 2 … steps: a line each, faults included.
    offers: String,
    /// The steps at which something else was chosen than by the default policy.
    departs: Vec<u32>,
    /// Whether nothing failed.
    well: bool,
    /// The step at which the schedule no longer fitted, if it did not.
    diverged: Option<u32>,
}

impl Steering {
    /// What was noted of a run that is over.
    pub(crate) fn of(run: &Run) -> Steering {
        let mut steering = Steering {
            well: Ran::of(run, String::new()).outcome.is_well(),
            diverged: run.divergence().map(|divergence| divergence.step),
            ..Steering::default()
        };
        let Some(offers) = run.offers() else {
            return steering;
        };
        for (before, choice) in offers.chosen().iter().enumerate() {
            // Writing to a text cannot fail.
            let _ = write!(steering.choices, "{choice} ");
            if offers.default_after(before) != Some(*choice) {
                steering.departs.push(before as u32 + 1);
            }
        }
        for steps in 0..=offers.chosen().len() {
            for choice in offers.after(steps) {
                let _ = write!(steering.offers, "{choice} ");
            }
            steering.offers.push('\n');
        }
        steering
    }
}
