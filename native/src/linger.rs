//! Looking at a word for a short while before sleeping: to sleep and to be woken costs some microseconds each, and on
//! another processor the answer is often nearer than that.

use core::hint;
use core::sync::atomic::{AtomicU64, Ordering};

/// Looks, each followed by a pause: some ten microseconds, about what it takes to sleep and to be woken.
const LOOKS: u32 = 256;

#[inline]
pub(crate) fn until_changed(word: &AtomicU64, expected: u64) -> bool {
    (0..LOOKS).any(|_| {
        hint::spin_loop();
        word.load(Ordering::Relaxed) != expected
    })
}
