//! [`Patience`]: how long one side lets the other go ahead.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process has woken somebody since it last waited. Who was asleep will need its time to answer.
static WOKE: AtomicBool = AtomicBool::new(false);

/// Notes that this process wakes somebody.
pub(crate) fn note_waking() {
    WOKE.store(true, Ordering::Relaxed);
}

/// Whether this process has woken somebody since it was asked.
pub(crate) fn woke() -> bool {
    WOKE.swap(false, Ordering::Relaxed)
}

/// How long one side lets the other go ahead, once it has caught up with it.
///
/// Two sides that work side by side, item by item, spend most of their time in passing cache lines to and fro. If one
/// pauses when it has caught up, it finds several items, and they disturb each other less. Whether there will be several
/// is learned: a question that waits for its answer is not made to wait longer.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    pauses: Cell<u32>,
    /// Since when it has no patience.
    asked: Cell<u32>,
}

impl Patience {
    /// About the time of thirty items.
    const MOST: u32 = 32;
    /// Every so often it is tried anew.
    const TRIES: u32 = 32;

    pub(crate) fn pauses(&self) -> u32 {
        match self.pauses.get() {
            0 => {
                self.asked.set(self.asked.get().wrapping_add(1));
                if self.asked.get().is_multiple_of(Self::TRIES) {
                    2
                } else {
                    0
                }
            }
            pauses => pauses,
        }
    }

    /// So many items came while it paused.
    pub(crate) fn learn(&self, items: u32) {
        let pauses = self.pauses.get();
        self.pauses.set(match items > 1 + pauses / 4 {
            true => (2 * pauses + 2).min(Self::MOST),
            false => pauses / 2,
        });
    }
}
