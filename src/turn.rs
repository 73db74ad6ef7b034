//! Taking turns at an end that several processes hold.
//!
//! A message longer than the kernel's atomic size is several writes, and every message is at least two reads, so
//! two processes at one end would tear it. From the first fork (or clone) on, an end therefore has a page of shared
//! memory: how many descriptors of it there are, and a robust lock for each direction. Who finds itself the only
//! holder passes the lock by: that is what every child of `spawn` finds, and costs one load.
//!
//! A holder that is killed, or leaves by `std::process::exit`, leaves the count too high, so the others go on taking turns, which is slower and still
//! right. One that is killed in the middle of a message leaves the stream torn; the mark that it set before says so
//! to the next.

use std::sync::MutexGuard;

use forktalk_abi::{Deadline, Errno, LOCK_BYTES, Region as _, System};

use crate::Sys;

type Region = <Sys as System>::Region;

/// Word: descriptors of this end, in all processes.
const HOLDERS: usize = 0;

/// A direction of an end; its lock and its mark are its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Reading,
    Writing,
}

impl Side {
    /// Word: not zero while a message is half read or half written.
    const fn mark(self) -> usize {
        match self {
            Side::Reading => 4,
            Side::Writing => 8,
        }
    }

    const fn lock(self) -> usize {
        match self {
            Side::Reading => LOCK_BYTES,
            Side::Writing => 2 * LOCK_BYTES,
        }
    }
}

/// The shared page of an end.
pub(crate) struct Turns {
    region: Region,
}

impl Turns {
    /// For an end that this process alone holds, by one descriptor.
    #[track_caller]
    pub(crate) fn new() -> Result<Turns, Errno> {
        let region = Sys::map(3 * LOCK_BYTES)?;
        region.make_lock(Side::Reading.lock())?;
        region.make_lock(Side::Writing.lock())?;
        region.store(HOLDERS, 1);
        Ok(Turns { region })
    }

    /// Whether this descriptor is the only one.
    #[track_caller]
    pub(crate) fn alone(&self) -> bool {
        self.region.load(HOLDERS) == 1
    }

    /// One more descriptor.
    #[track_caller]
    pub(crate) fn join(&self) {
        self.region.add(HOLDERS, 1);
    }

    /// One descriptor less.
    #[track_caller]
    pub(crate) fn leave(&self) {
        self.region.add(HOLDERS, 1_u32.wrapping_neg());
    }

    /// Waits for the turn. `ETIMEDOUT`: it did not come by the deadline.
    #[track_caller]
    pub(crate) fn take(&self, side: Side, deadline: Option<Deadline>) -> Result<(), Errno> {
        // That its owner died is said by the mark, which tells a death between messages from one within.
        self.region.lock(side.lock(), deadline).map(drop)
    }

    /// Gives the turn to the next.
    #[track_caller]
    pub(crate) fn release(&self, side: Side) {
        let released = self.region.unlock(side.lock());
        debug_assert!(released.is_ok(), "only who has the turn gives it away");
    }

    /// Whether somebody died in the middle of a message. To be asked by who has the turn.
    #[track_caller]
    pub(crate) fn torn(&self, side: Side) -> bool {
        self.region.load(side.mark()) != 0
    }

    /// From here on a death would leave the stream torn.
    #[track_caller]
    pub(crate) fn begin(&self, side: Side) {
        self.region.store(side.mark(), 1);
    }

    /// The message is whole.
    #[track_caller]
    pub(crate) fn end(&self, side: Side) {
        self.region.store(side.mark(), 0);
    }
}

/// What was read ahead of the messages handed out, kept for all who hold the end after a fork.
pub(crate) struct Leftover {
    region: Region,
    bytes: usize,
}

impl Leftover {
    /// Word: how much of it was taken.
    const TAKEN: usize = 0;
    /// Where the bytes begin.
    const DATA: usize = 8;

    #[track_caller]
    pub(crate) fn new(bytes: &[u8]) -> Result<Leftover, Errno> {
        let region = Sys::map(Self::DATA + bytes.len())?;
        region.copy_in(Self::DATA, bytes);
        Ok(Leftover {
            region,
            bytes: bytes.len(),
        })
    }

    /// How many bytes are left. Another holder may take them until this one has the turn.
    #[track_caller]
    pub(crate) fn remaining(&self) -> usize {
        self.bytes - self.region.load(Self::TAKEN) as usize
    }

    /// Appends up to `at_most` of them to `buffer`. Only for who has the turn, or is alone.
    #[track_caller]
    pub(crate) fn take(&self, buffer: &mut Vec<u8>, at_most: usize) -> usize {
        let taken = self.region.load(Self::TAKEN) as usize;
        let count = at_most.min(self.bytes - taken);
        let before = buffer.len();
        buffer.resize(before + count, 0);
        self.region
            .copy_out(Self::DATA + taken, &mut buffer[before..]);
        self.region.store(Self::TAKEN, (taken + count) as u32);
        count
    }
}

/// Locks what belongs to this process alone. A panic elsewhere has left nothing half done that matters here.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
