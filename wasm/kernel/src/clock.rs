//! The clock: virtual, so that a run is the same however long it takes.
//!
//! It stands still while anybody can go on. It moves to a deadline when nobody can, or when the scheduler decides
//! that a bounded wait gives up: then so much time has passed.

/// When the run began, on the calendar, in nanoseconds since 1970: the first of January 2024, at midnight UTC.
pub(crate) const EPOCH_NS: u64 = 1_704_067_200 * 1_000_000_000;

/// The monotonic clock of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Clock {
    now_ns: u64,
}

impl Clock {
    /// Nanoseconds since the run began.
    #[inline]
    pub(crate) fn now_ns(self) -> u64 {
        self.now_ns
    }

    /// Nanoseconds since 1970.
    pub(crate) fn calendar_ns(self) -> u64 {
        EPOCH_NS.saturating_add(self.now_ns)
    }

    /// Moves on to `deadline_ns`, never back.
    pub(crate) fn advance_to(&mut self, deadline_ns: u64) {
        self.now_ns = self.now_ns.max(deadline_ns);
    }
}
