//! Sleeping on a word of shared memory: `_umtx_op`, not the private kind, which other processes would not share.

use core::ptr;
use core::sync::atomic::AtomicU32;
use core::time::Duration;
use nix::errno::Errno as Host;
use nix::libc;
use nix::sys::time::TimeSpec;

/// Sleeps until [`wake`], if `word` is `expected`; without a limit for ever. If it is not, it returns.
pub(crate) fn wait(word: &AtomicU32, expected: u32, at_most: Option<Duration>) -> Result<(), Host> {
    let mut timeout = at_most.map(|at_most| libc::_umtx_time {
        _timeout: *TimeSpec::from(at_most).as_ref(),
        _flags: 0,
        _clockid: libc::CLOCK_MONOTONIC as u32,
    });
    // The fourth argument is the size of what the fifth points to.
    let (size, timeout) = match &mut timeout {
        Some(timeout) => (size_of_val(timeout), ptr::from_mut(timeout).cast()),
        None => (0, ptr::null_mut()),
    };
    // SAFETY: the word and the time live until the call returns; for this operation it reads nothing else.
    let answer = unsafe {
        libc::_umtx_op(
            word.as_ptr().cast(),
            libc::UMTX_OP_WAIT_UINT,
            libc::c_ulong::from(expected),
            ptr::without_provenance_mut(size),
            timeout,
        )
    };
    Host::result(answer).map(drop)
}

/// Wakes all who sleep on `word`.
pub(crate) fn wake(word: &AtomicU32) {
    // SAFETY: the word lives until the call returns, which touches nothing else.
    unsafe {
        libc::_umtx_op(
            word.as_ptr().cast(),
            libc::UMTX_OP_WAKE,
            i32::MAX as libc::c_ulong,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
}
