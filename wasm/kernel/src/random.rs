//! Randomness for guests: a stream for each process, drawn from the run's seed.
//!
//! A child's stream is not its parent's, or two processes would draw the same "random" names; and the same seed
//! gives the same streams. SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).

use forktalk_abi::Pid;

/// A process's stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The stream of process `pid` in a run with `seed`.
    pub(crate) fn of(seed: u64, pid: Pid) -> Random {
        let mut mixer = Random {
            state: seed ^ (pid.0 as u64).wrapping_mul(0xd134_2543_de82_ef95),
        };
        Random {
            state: mixer.next(),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Fills `buffer`.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes()[..part.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_and_process_and_repeat() {
        let draw = |seed, pid| {
            let mut bytes = [0; 16];
            Random::of(seed, Pid(pid)).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }
}
