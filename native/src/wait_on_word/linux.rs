//! Sleeping on a word of shared memory: futex(2), not the private kind, which other processes would not share.

use core::ptr;
use core::sync::atomic::AtomicU32;
use core::time::Duration;
use nix::errno::Errno as Host;
use nix::libc;
use nix::sys::time::TimeSpec;

/// Sleeps until [`wake`], if `word` is `expected`; without a limit for ever. `EAGAIN`: it is not.
pub(crate) fn wait(word: &AtomicU32, expected: u32, at_most: Option<Duration>) -> Result<(), Host> {
    let at_most = at_most.map(TimeSpec::from);
    let timeout = at_most
        .as_ref()
        .map_or(ptr::null(), |timeout| ptr::from_ref(timeout.as_ref()));
    // SAFETY: the word and the time live until the call returns; for this operation it reads nothing else.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT,
            expected,
            timeout,
        )
    };
    Host::result(answer).map(drop)
}

/// Wakes all who sleep on `word`.
pub(crate) fn wake(word: &AtomicU32) {
    // SAFETY: the word lives until the call returns, which touches nothing else.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, i32::MAX) };
}
