//! Looking at a word for a short while before sleeping: to sleep and to be woken costs some microseconds each, and on
//! another processor the answer is often nearer than that.

use core::hint;
use core::sync::atomic::{AtomicU64, Ordering};
use std::thread::yield_now;

/// How often one looks before one lets others run, if there are others: who is to change the word may wait for this very
/// processor.
const LOOKS: u32 = 40;

/// Together some ten microseconds, about what it takes to sleep and to be woken.
const ROUNDS: u32 = 6;

#[inline]
pub(crate) fn until_changed(word: &AtomicU64, expected: u64, pauses: u32) -> bool {
    let changed = || {
        hint::spin_loop();
        word.load(Ordering::Relaxed) != expected
    };
    let came = (0..ROUNDS).any(|_| {
        let came = (0..LOOKS).any(|_| changed());
        if !came {
            yield_now();
        }
        came
    });
    if came {
        (0..pauses).for_each(|_| hint::spin_loop());
    }
    came
}
