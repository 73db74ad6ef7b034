//! A die for each step.

use super::{Situation, Strategy, Transition};
use crate::die::Die;
use crate::schedule::Choice;
use std::fmt;

/// Each transition that may be chosen is as likely as the others.
///
/// Where POSIX leaves open how many bytes a read or a write gets, half of the time it gets as many as possible, else
/// any number with the same chance: full grants keep a run short, short ones find what relies on them.
#[derive(Clone, Debug, Default)]
pub struct Random {
    die: Die,
}

impl Random {
    /// A strategy that a run seeds when it starts.
    #[must_use]
    pub const fn new() -> Random {
        Random { die: Die::of(0) }
    }
}

impl fmt::Display for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("random")
    }
}

impl Strategy for Random {
    fn start(&mut self, seed: u64) {
        // The kernel draws the processes' randomness from the same seed: the dice must not run in step.
        self.die = Die::of(seed ^ 0x5ced_0111_a7e0_57e9);
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let at = self.die.below(situation.transitions.len() as u64) as usize;
        with_any_grant(&situation.transitions[at], &mut self.die)
    }
}

/// Makes given choices, and goes on by chance, which begins with a number of its own: the same run of the same processes
/// can go on in many ways.
#[derive(Clone, Debug)]
pub(crate) struct RandomBehind {
    choices: Vec<Choice>,
    made: usize,
    seed: u64,
    then: Random,
}

impl RandomBehind {
    pub(crate) fn new(choices: Vec<Choice>, seed: u64) -> RandomBehind {
        RandomBehind {
            choices,
            made: 0,
            seed,
            then: Random::new(),
        }
    }
}

impl fmt::Display for RandomBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("random")
    }
}

impl Strategy for RandomBehind {
    fn start(&mut self, _seed: u64) {
        self.made = 0;
        self.then.start(self.seed);
    }

    fn strikes_when_stuck(&self) -> bool {
        self.made < self.choices.len()
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        match self.choices.get(self.made) {
            Some(choice) => {
                self.made += 1;
                *choice
            }
            None => self.then.choose(situation),
        }
    }
}

/// This transition; chance says how many bytes it gets, where that is open.
pub(super) fn with_any_grant(transition: &Transition, die: &mut Die) -> Choice {
    let grant = transition.grants.and_then(|(least, most)| {
        let short = least < most && die.next() & 1 == 1;
        short.then(|| least + die.below(u64::from(most - least)) as u32)
    });
    Choice {
        act: transition.act,
        pid: transition.pid,
        grant,
    }
}
