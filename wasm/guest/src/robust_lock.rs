//! The lock that survives its owner's death; the kernel keeps it.

use forktalk_abi::wire::Call;
use forktalk_abi::{Deadline, Errno, LOCK_BYTES, LOCKS, Locked, Region, Result};

use crate::clock::pass_deadline;
use crate::perform;
use crate::region::Mapping;

#[track_caller]
pub(crate) fn lock(region: &Mapping, offset: usize, deadline: Option<Deadline>) -> Result<Locked> {
    let deadline = pass_deadline(deadline);
    let request = Call::Lock {
        region: region.number(),
        offset: offset as u32,
        deadline: deadline.address(),
    };
    // SAFETY: the deadline outlives the call.
    match unsafe { perform(request) } {
        Ok(_) => Ok(Locked::Clean),
        // Told as an error, but the lock is taken: as `pthread_mutex_lock` does.
        Err(Errno::OWNERDEAD) => Ok(Locked::OwnerDied),
        Err(errno) => Err(errno),
    }
}

#[track_caller]
pub(crate) fn unlock(region: &Mapping, offset: usize) -> Result<()> {
    let request = Call::Unlock {
        region: region.number(),
        offset: offset as u32,
    };
    // SAFETY: no address in it.
    unsafe { perform(request) }.map(drop)
}

/// Zeroed memory is a free lock already; only a place that cannot hold one is refused.
#[track_caller]
pub(crate) fn make_lock(region: &Mapping, offset: usize) -> Result<()> {
    let fits = offset < LOCKS * LOCK_BYTES && offset + LOCK_BYTES <= region.bytes();
    assert!(
        offset.is_multiple_of(LOCK_BYTES) && fits,
        "not an offset of the region: {offset}"
    );
    Ok(())
}
