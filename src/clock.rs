//! Time, as the kernel tells it: real natively, virtual in a simulation.

use std::time::Duration;

use forktalk_abi::{Deadline, System};

use crate::Sys;

/// The moment that lies `timeout` from now.
#[track_caller]
pub(crate) fn after(timeout: Duration) -> Deadline {
    if timeout.is_zero() {
        Deadline::PAST
    } else {
        Deadline::after(Sys::now(), timeout)
    }
}

/// The monotonic clock, since an origin of its own. In a simulation it is virtual, as is [`std::time::Instant`]
/// there: it advances when nobody can do anything but wait.
///
/// ```
/// let before = forktalk::now();
/// forktalk::sleep(std::time::Duration::from_millis(2));
/// assert!(forktalk::now() - before >= std::time::Duration::from_millis(2));
/// ```
#[must_use]
pub fn now() -> Duration {
    Sys::now()
}

/// Blocks for `duration`.
///
/// The same as [`std::thread::sleep`], except that a simulation can name the line that sleeps.
///
/// ```
/// forktalk::sleep(std::time::Duration::from_millis(1));
/// ```
#[track_caller]
pub fn sleep(duration: Duration) {
    Sys::sleep(after(duration));
}
