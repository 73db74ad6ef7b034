//! Time: the run's virtual clock.

use core::time::Duration;

use forktalk_abi::Deadline;
use forktalk_abi::wire::Call;

use crate::{address, perform, uninterrupted};

pub(crate) fn now() -> Duration {
    let mut nanoseconds = 0_u64;
    let out = address(&raw mut nanoseconds);
    // SAFETY: `nanoseconds` has room for the eight bytes.
    unsafe { perform(Call::Now { out }) }.expect("the clock can always be read");
    Duration::from_nanos(nanoseconds)
}

#[track_caller]
pub(crate) fn sleep(deadline: Deadline) {
    let deadline = pass_deadline(Some(deadline));
    let request = Call::Sleep {
        deadline: deadline.address(),
    };
    // SAFETY: the deadline outlives the call.
    unsafe { uninterrupted(request) }.expect("sleeping cannot fail");
}

/// A deadline laid out for the wire, which carries its address.
pub(crate) struct PassedDeadline(Option<u64>);

/// Lays out a deadline; it must live until the call is made.
pub(crate) fn pass_deadline(deadline: Option<Deadline>) -> PassedDeadline {
    PassedDeadline(deadline.map(Deadline::nanoseconds))
}

impl PassedDeadline {
    /// Its address; 0 says that there is none.
    pub(crate) fn address(&self) -> u32 {
        self.0
            .as_ref()
            .map_or(0, |nanoseconds| address(nanoseconds))
    }
}
