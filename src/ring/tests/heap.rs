//! A region on the heap, for one thread.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

use forktalk_abi::{Deadline, Errno, Locked, Region, Result};

/// There is not more, so that a ring that asks for as much as it can get gets a little.
const MOST_BYTES: usize = 2 << 20;

/// A region that only this process has.
pub(super) struct Heap {
    bytes: usize,
    memory: Mutex<Vec<u8>>,
    locked: Mutex<BTreeSet<usize>>,
}

pub(super) fn map(bytes: usize) -> Result<Heap> {
    match bytes <= MOST_BYTES {
        true => Ok(Heap {
            bytes,
            memory: Mutex::new(vec![0; bytes]),
            locked: Mutex::default(),
        }),
        false => Err(Errno::NOMEM),
    }
}

impl Heap {
    fn memory(&self) -> MutexGuard<'_, Vec<u8>> {
        self.memory.lock().unwrap()
    }
}

impl Region for Heap {
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn load(&self, offset: usize) -> u32 {
        let word = self.memory()[offset..][..4].try_into().unwrap();
        u32::from_le_bytes(word)
    }

    fn store(&self, offset: usize, value: u32) {
        self.memory()[offset..][..4].copy_from_slice(&value.to_le_bytes());
    }

    fn load_wide(&self, offset: usize) -> u64 {
        let words = self.memory()[offset..][..8].try_into().unwrap();
        u64::from_le_bytes(words)
    }

    fn store_wide(&self, offset: usize, value: u64) {
        self.memory()[offset..][..8].copy_from_slice(&value.to_le_bytes());
    }

    fn add(&self, offset: usize, value: u32) -> u32 {
        let before = self.load(offset);
        self.store(offset, before.wrapping_add(value));
        before
    }

    fn copy_out(&self, offset: usize, buffer: &mut [u8]) {
        buffer.copy_from_slice(&self.memory()[offset..][..buffer.len()]);
    }

    fn copy_in(&self, offset: usize, bytes: &[u8]) {
        self.memory()[offset..][..bytes.len()].copy_from_slice(bytes);
    }

    /// What is given back may read as anything that is not what was there.
    fn discard(&self, offset: usize, bytes: usize) {
        self.memory()[offset..][..bytes].fill(0xff);
    }

    fn wait_on_word(&self, _: usize, _: u32, _: Option<Deadline>) -> Result<()> {
        unreachable!("one thread has nobody to wait for")
    }

    fn wake(&self, _: usize) {}

    fn lock(&self, offset: usize, _: Option<Deadline>) -> Result<Locked> {
        let taken = self.locked.lock().unwrap().insert(offset);
        assert!(taken, "one thread takes a lock once");
        Ok(Locked::Clean)
    }

    fn unlock(&self, offset: usize) -> Result<()> {
        match self.locked.lock().unwrap().remove(&offset) {
            true => Ok(()),
            false => Err(Errno::PERM),
        }
    }

    fn make_lock(&self, _: usize) -> Result<()> {
        Ok(())
    }
}
