//! The monotonic clock, and sleeping until a moment on it.

use core::time::Duration;
use forktalk_abi::Deadline;
use nix::time::{ClockId, clock_gettime};

/// The longest time that is handed to the kernel at once: it fits every `time_t`, and `poll`'s milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(1 << 20);

#[inline]
pub(crate) fn now() -> Duration {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC);
    // The only error is an unknown clock, and POSIX's monotonic clock is known to every system in the table.
    now.map(Duration::from).unwrap_or_default()
}

/// How long a single wait for `deadline` may be: no longer than [`LONGEST_WAIT`], after which one looks again.
#[inline]
pub(crate) fn next_wait(deadline: Deadline) -> Duration {
    if deadline == Deadline::PAST {
        return Duration::ZERO;
    }
    deadline.remaining(now()).min(LONGEST_WAIT)
}

pub(crate) fn sleep(deadline: Deadline) {
    loop {
        let wait = next_wait(deadline);
        if wait.is_zero() {
            return;
        }
        std::thread::sleep(wait);
    }
}
