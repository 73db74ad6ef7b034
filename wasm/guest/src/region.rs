//! Shared memory: it lies in the kernel, and is reached a word or a copy at a time.

use forktalk_abi::wire::Call;
use forktalk_abi::{Deadline, Errno, Locked, QueueParts, QueuePlace, Region, Result};

use crate::clock::pass_deadline;
use crate::{address, perform, robust_lock};

/// Memory that this process shares with those that it forks.
///
/// An instance's memory is its own alone, so the bytes stay with the kernel, and this is only their number.
#[derive(Debug)]
pub struct Mapping {
    number: u32,
    bytes: usize,
}

#[track_caller]
pub(crate) fn map(bytes: usize) -> Result<Mapping> {
    let request = Call::Map {
        bytes: bytes as u32,
    };
    // SAFETY: no address in it.
    let number = unsafe { perform(request) }?;
    Ok(Mapping { number, bytes })
}

pub(crate) fn introduce_queue(region: &Mapping, parts: &QueueParts, places: &[QueuePlace]) {
    let parts = parts.words();
    let places: Vec<_> = places.iter().map(QueuePlace::words).collect();
    let request = Call::IntroduceQueue {
        region: region.number,
        parts: address(&raw const parts),
        places: address(places.as_ptr()),
        count: places.len() as u32,
    };
    // SAFETY: the kernel only reads `parts`, and of `places` as many as there are. A kernel that does not know what a
    // queue is may refuse it: nothing depends on it.
    let _ = unsafe { perform(request) };
}

impl Mapping {
    /// The region's number, as the kernel knows it.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let region = self.number;
        // SAFETY: no address in it. A failure means that it is gone already, which is what is wanted.
        let _ = unsafe { perform(Call::Unmap { region }) };
    }
}

impl Region for Mapping {
    fn bytes(&self) -> usize {
        self.bytes
    }

    #[track_caller]
    fn load(&self, offset: usize) -> u32 {
        let mut word = 0_u32;
        let request = Call::Load {
            region: self.number,
            offset: offset as u32,
            out: address(&raw mut word),
        };
        // SAFETY: `word` has room for the four bytes.
        inside(unsafe { perform(request) });
        word
    }

    #[track_caller]
    fn store(&self, offset: usize, value: u32) {
        let request = Call::Store {
            region: self.number,
            offset: offset as u32,
            value,
        };
        // SAFETY: no address in it.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn load_wide(&self, offset: usize) -> u64 {
        let mut words = 0_u64;
        let request = Call::LoadWide {
            region: self.number,
            offset: offset as u32,
            out: address(&raw mut words),
        };
        // SAFETY: `words` has room for the eight bytes.
        inside(unsafe { perform(request) });
        words
    }

    #[track_caller]
    fn store_wide(&self, offset: usize, value: u64) {
        let request = Call::StoreWide {
            region: self.number,
            offset: offset as u32,
            low: value as u32,
            high: (value >> 32) as u32,
        };
        // SAFETY: no address in it.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn add(&self, offset: usize, value: u32) -> u32 {
        let mut before = 0_u32;
        let request = Call::Add {
            region: self.number,
            offset: offset as u32,
            value,
            out: address(&raw mut before),
        };
        // SAFETY: `before` has room for the four bytes.
        inside(unsafe { perform(request) });
        before
    }

    #[track_caller]
    fn copy_out(&self, offset: usize, buffer: &mut [u8]) {
        let request = Call::CopyOut {
            region: self.number,
            offset: offset as u32,
            address: address(&raw mut *buffer),
            bytes: buffer.len() as u32,
        };
        // SAFETY: `buffer` is borrowed mutably and has room for its length.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn copy_in(&self, offset: usize, bytes: &[u8]) {
        let request = Call::CopyIn {
            region: self.number,
            offset: offset as u32,
            address: address(&raw const *bytes),
            bytes: bytes.len() as u32,
        };
        // SAFETY: the kernel only reads `bytes`, which is borrowed.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn discard(&self, offset: usize, bytes: usize) {
        let request = Call::Discard {
            region: self.number,
            offset: offset as u32,
            bytes: bytes as u32,
        };
        // SAFETY: no address in it.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn wait_on_word(&self, offset: usize, expected: u32, deadline: Option<Deadline>) -> Result<()> {
        let deadline = pass_deadline(deadline);
        let request = Call::WaitOnWord {
            region: self.number,
            offset: offset as u32,
            expected,
            deadline: deadline.address(),
        };
        // SAFETY: the deadline outlives the call.
        match unsafe { perform(request) } {
            // As if it was woken for no reason: the caller looks again.
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(other) => Err(other),
        }
    }

    #[track_caller]
    fn wake(&self, offset: usize) {
        let request = Call::Wake {
            region: self.number,
            offset: offset as u32,
        };
        // SAFETY: no address in it.
        inside(unsafe { perform(request) });
    }

    #[track_caller]
    fn lock(&self, offset: usize, deadline: Option<Deadline>) -> Result<Locked> {
        robust_lock::lock(self, offset, deadline)
    }

    #[track_caller]
    fn unlock(&self, offset: usize) -> Result<()> {
        robust_lock::unlock(self, offset)
    }

    #[track_caller]
    fn make_lock(&self, offset: usize) -> Result<()> {
        robust_lock::make_lock(self, offset)
    }
}

/// An offset outside of the region is a mistake of the caller, not of the world.
#[track_caller]
fn inside(answer: Result<u32>) {
    if let Err(errno) = answer {
        panic!("not an offset of the region: {errno}");
    }
}
