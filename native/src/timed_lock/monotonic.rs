//! Taking a pthread mutex until a moment on the monotonic clock: glibc has a call for it.

use forktalk_abi::Deadline;
use nix::libc;

unsafe extern "C" {
    // glibc 2.30 and later; the libc crate does not name it.
    fn pthread_mutex_clocklock(
        mutex: *mut libc::pthread_mutex_t,
        clock: libc::clockid_t,
        deadline: *const libc::timespec,
    ) -> libc::c_int;
}

const NANOSECONDS: u64 = 1_000_000_000;

/// Answers as `pthread_mutex_lock` does, or `ETIMEDOUT`.
///
/// # Safety
///
/// `mutex` is a mutex that was made.
pub(crate) unsafe fn lock_until(
    mutex: *mut libc::pthread_mutex_t,
    deadline: Deadline,
) -> libc::c_int {
    let seconds = deadline.nanoseconds() / NANOSECONDS;
    let deadline = libc::timespec {
        tv_sec: libc::time_t::try_from(seconds).unwrap_or(libc::time_t::MAX),
        tv_nsec: (deadline.nanoseconds() % NANOSECONDS) as _,
    };
    // SAFETY: the mutex is the caller's promise, the deadline lives to the end of the call.
    unsafe { pthread_mutex_clocklock(mutex, libc::CLOCK_MONOTONIC, &deadline) }
}
