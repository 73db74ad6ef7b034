//! Sleeping on a word of shared memory: `os_sync_wait_on_address`, of macOS 14.4 and later.

use core::sync::atomic::AtomicU32;
use core::time::Duration;
use nix::errno::Errno as Host;
use nix::libc;

/// Sleeps until [`wake`], if `word` is `expected`; without a limit for ever. If it is not, it returns.
pub(crate) fn wait(word: &AtomicU32, expected: u32, at_most: Option<Duration>) -> Result<(), Host> {
    let (place, bytes) = (word.as_ptr().cast(), size_of_val(word));
    let answer = match at_most {
        // SAFETY: the word lives until the call returns, which touches nothing else.
        None => unsafe {
            libc::os_sync_wait_on_address(
                place,
                u64::from(expected),
                bytes,
                libc::OS_SYNC_WAIT_ON_ADDRESS_SHARED,
            )
        },
        // SAFETY: as above.
        Some(at_most) => unsafe {
            libc::os_sync_wait_on_address_with_timeout(
                place,
                u64::from(expected),
                bytes,
                libc::OS_SYNC_WAIT_ON_ADDRESS_SHARED,
                libc::OS_CLOCK_MACH_ABSOLUTE_TIME,
                u64::try_from(at_most.as_nanos()).unwrap_or(u64::MAX),
            )
        },
    };
    // It answers how many still sleep there.
    Host::result(answer).map(drop)
}

/// Wakes all who sleep on `word`.
pub(crate) fn wake(word: &AtomicU32) {
    // SAFETY: the word lives until the call returns, which touches nothing else.
    unsafe {
        libc::os_sync_wake_by_address_all(
            word.as_ptr().cast(),
            size_of_val(word),
            libc::OS_SYNC_WAKE_BY_ADDRESS_SHARED,
        )
    };
}
