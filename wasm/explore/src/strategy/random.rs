//! A die for each step.

use super::{Situation, Strategy};
use crate::schedule::{Act, Choice};
use std::fmt;

/// Each transition that may be chosen is as likely as the others.
///
/// Where POSIX leaves open how many bytes a read or a write gets, half of the time it gets as many as possible, else
/// any number with the same chance: full grants keep a run short, short ones find what relies on them.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    early_timeouts: bool,
}

impl Random {
    /// A strategy that a run seeds when it starts.
    #[must_use]
    pub const fn new() -> Random {
        Random {
            state: 0,
            early_timeouts: false,
        }
    }

    /// Lets the time of a wait be up before everybody else is stuck, too: as if the others were slow.
    #[must_use]
    pub const fn with_early_timeouts(self) -> Random {
        Random {
            early_timeouts: true,
            ..self
        }
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 13).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, by the high half of a product; for bounds this small the bias is below 2^-32.
    fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        (product >> 64) as u64
    }
}

impl Default for Random {
    fn default() -> Random {
        Random::new()
    }
}

impl fmt::Display for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("random")
    }
}

impl Strategy for Random {
    fn start(&mut self, seed: u64) {
        // The kernel draws the processes' randomness from the same seed: the two must not run in step.
        self.state = seed ^ 0x5ced_0111_a7e0_57e9;
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let listed = situation.transitions.len();
        let early = match self.early_timeouts && situation.default_choice.act == Act::Go {
            true => situation.timeouts,
            false => &[],
        };
        let at = self.below((listed + early.len()) as u64) as usize;
        let Some(transition) = situation.transitions.get(at) else {
            return Choice::timeout(early[at - listed]);
        };
        let grant = transition.grants.and_then(|(least, most)| {
            let short = least < most && self.next() & 1 == 1;
            short.then(|| least + self.below(u64::from(most - least)) as u32)
        });
        Choice {
            act: transition.act,
            pid: transition.pid,
            grant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        let mut random = Random {
            state: 1_234_567,
            ..Random::new()
        };
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn each_number_below_a_bound_comes_about_as_often() {
        let mut random = Random::new();
        random.start(7);
        let mut counts = [0; 3];
        for _ in 0..30_000 {
            counts[random.below(3) as usize] += 1;
        }
        assert!(
            counts.iter().all(|c| (9_500..10_500).contains(c)),
            "{counts:?}"
        );
    }
}
