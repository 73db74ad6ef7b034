//! What is left to chance: numbers that a seed decides.

/// A generator of numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Die(u64);

impl Die {
    /// The generator with this seed.
    pub(crate) const fn of(seed: u64) -> Die {
        Die(seed)
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 13).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, by the high half of a product; for bounds this small the bias is below 2^-32.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        (product >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        let mut die = Die::of(1_234_567);
        assert_eq!(die.next(), 6_457_827_717_110_365_317);
        assert_eq!(die.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn each_number_below_a_bound_comes_about_as_often() {
        let mut die = Die::of(7);
        let mut counts = [0; 3];
        for _ in 0..30_000 {
            counts[die.below(3) as usize] += 1;
        }
        assert!(
            counts.iter().all(|c| (9_500..10_500).contains(c)),
            "{counts:?}"
        );
    }
}
