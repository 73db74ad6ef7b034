//! A number for a state of the kernel, so that one can tell whether a run came to a state that another was in.
//!
//! It covers what decides how things go on, and nothing of how they came to be so: not which step made a descriptor, nor
//! who wrote which bytes. What a process will do is not the kernel's to know; whoever compares states must compare that
//! too.

use crate::Kernel;
use crate::descriptor::Descriptors;
use crate::object::Objects;
use crate::process::{Pending, Process};
use crate::region::{Region, Regions};
use crate::robust_lock::RobustLocks;
use crate::stream::Stream;
use std::hash::{Hash, Hasher};

/// Mixes 64 bits at a time, by a multiplication whose halves are folded together: quick, and the same on every machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

impl Mixer {
    #[inline]
    fn mix(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value ^ 0x9e37_79b9_7f4a_7c15) * 0xd134_2543_de82_ef95;
        self.0 = (product as u64).rotate_left(23) ^ (product >> 64) as u64;
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words
            .iter()
            .for_each(|word| self.mix(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn finish(&self) -> u64 {
        let mut last = *self;
        last.mix(1);
        last.0
    }
}

impl Kernel {
    /// A number that states share from which everything goes on alike, provided that the processes stand at the same calls
    /// and know the same; others, but for a coincidence in 2^64, do not.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut mixer = Mixer::default();
        self.processes.all.hash(&mut mixer);
        self.objects.hash(&mut mixer);
        self.regions.hash(&mut mixer);
        self.clock.hash(&mut mixer);
        self.random.hash(&mut mixer);
        self.stdin_read.hash(&mut mixer);
        self.left_behind.hash(&mut mixer);
        mixer.finish()
    }
}

impl Hash for Process {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.status.is_some().hash(state);
        self.status.map(|status| status.to_raw()).hash(state);
        (self.parent, self.adopted, self.reaped).hash(state);
        if self.is_alive() {
            (self.dies_with_parent, self.stopped).hash(state);
            self.random.hash(state);
            self.descriptors.hash(state);
            self.regions.hash(state);
            self.pending.hash(state);
        }
    }
}

/// What else there is of a call follows from what its process is.
impl Hash for Pending {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.request.hash(state);
        (self.deadline_ns, self.done, self.slept).hash(state);
        self.sleep.hash(state);
    }
}

impl Hash for Descriptors {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (fd, descriptor) in self.iter() {
            (fd.0, descriptor.end).hash(state);
        }
        u32::MAX.hash(state);
    }
}

impl Hash for Objects {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.all().hash(state);
        self.unread().hash(state);
    }
}

impl Hash for Stream {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (first, second) = self.contents();
        self.bytes().hash(state);
        first.iter().chain(second).for_each(|byte| byte.hash(state));
    }
}

impl Hash for Regions {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.all().hash(state);
        self.unreceived().hash(state);
    }
}

impl Hash for Region {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprint().hash(state);
        self.locks().hash(state);
        self.queue().map(|queue| queue.number).hash(state);
    }
}

impl Hash for RobustLocks {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (offset, owner, abandoned) in self.in_use() {
            (offset, owner, abandoned).hash(state);
        }
        u32::MAX.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use forktalk_abi::Pid;
    use forktalk_abi::wire::Call;

    /// The number of a system whose process 1 has a region and stored these words there, by offset.
    fn after_stores(stores: &[(u32, u32)]) -> u64 {
        let mut kernel = Kernel::new(Config::default(), false);
        let mut memory = [0; 8];
        let mut ask = |call| kernel.ask(Pid(1), call, &mut memory[..]);
        assert_eq!(ask(Call::Map { bytes: 64 }), 0);
        for &(offset, value) in stores {
            let region = 0;
            let store = Call::Store {
                region,
                offset,
                value,
            };
            assert_eq!(ask(store), 0);
        }
        kernel.fingerprint()
    }

    #[test]
    fn states_are_the_same_however_they_came_to_be_so() {
        let state = after_stores(&[(0, 1), (32, 2)]);
        assert_eq!(state, after_stores(&[(32, 2), (0, 1)]));
        assert_eq!(state, after_stores(&[(0, 3), (0, 1), (32, 2), (60, 0)]));
        assert_ne!(state, after_stores(&[(0, 2), (32, 1)]));
        assert_ne!(state, after_stores(&[(0, 1), (36, 2)]));
        assert_ne!(state, after_stores(&[(0, 1)]));
    }
}
