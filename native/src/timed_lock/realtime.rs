//! Taking a pthread mutex until a moment on the monotonic clock, where the only call for it reads the wall clock.
//!
//! A wall clock that is set forward is noticed, and the wait goes on; one that is set back lengthens the wait.

use crate::clock;
use core::time::Duration;
use forktalk_abi::Deadline;
use nix::libc;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_gettime};

/// Answers as `pthread_mutex_lock` does, or `ETIMEDOUT`.
///
/// # Safety
///
/// `mutex` is a mutex that was made.
pub(crate) unsafe fn lock_until(
    mutex: *mut libc::pthread_mutex_t,
    deadline: Deadline,
) -> libc::c_int {
    loop {
        let wait = clock::next_wait(deadline);
        let wall = clock_gettime(ClockId::CLOCK_REALTIME).map_or(Duration::ZERO, Duration::from);
        let until = TimeSpec::from(wall + wait);
        // SAFETY: the mutex is the caller's promise, the moment lives to the end of the call.
        let code = unsafe { libc::pthread_mutex_timedlock(mutex, until.as_ref()) };
        if code != libc::ETIMEDOUT || wait.is_zero() {
            return code;
        }
    }
}
