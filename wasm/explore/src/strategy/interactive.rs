//! A person's choices.

use super::{Situation, Strategy};
use crate::schedule::Choice;
use std::fmt;

/// Makes the choices that a person made, one a step, and goes on by the default policy.
///
/// A person steers by choosing at some step of a run that was shown: the run is then made anew from the choices of
/// its first steps and this one. So nothing has to wait for a person in the middle of a run, on any host.
#[derive(Clone, Debug, Default)]
pub struct Interactive {
    choices: Vec<Choice>,
    made: usize,
}

impl Interactive {
    /// Makes these choices at steps 1, 2, 3 and so on.
    #[must_use]
    pub const fn new(choices: Vec<Choice>) -> Interactive {
        Interactive { choices, made: 0 }
    }
}

impl fmt::Display for Interactive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interactive")
    }
}

impl Strategy for Interactive {
    fn start(&mut self, _seed: u64) {
        self.made = 0;
    }

    fn strikes_when_stuck(&self) -> bool {
        self.made < self.choices.len()
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let choice = self.choices.get(self.made).copied();
        self.made += 1;
        choice.unwrap_or(situation.default_choice)
    }
}
