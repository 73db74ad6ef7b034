//! Looking at a word for a short while before sleeping: to sleep and to be woken costs some microseconds each, and on
//! another processor the answer is often nearer than that.
//!
//! Who knows that another process is about to change it, and may need this very processor for that, lets others run
//! (`sched_yield`). But on a busy machine it may be milliseconds until one gets the processor back, where the kernel lets
//! who is woken from sleep go first: once that has happened, it is not done for a while.

use core::hint;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use std::thread::yield_now;
use std::time::Instant;

/// How often one looks, together some ten microseconds: about what it takes to sleep and to be woken.
const LOOKS: u32 = 240;

/// In so many turns one looks and lets others run.
const TURNS: u32 = 6;

/// A machine on which the processor does not come back within this is busy.
const SOON: Duration = Duration::from_micros(200);

/// So many times others are then not let run.
const TIMES: u32 = 500;

/// How often others will not be let run.
static BUSY: AtomicU32 = AtomicU32::new(0);

#[inline]
pub(crate) fn until_changed(word: &AtomicU64, expected: u64, pauses: u32) -> bool {
    let came = looks(word, expected, LOOKS);
    if came {
        (0..pauses).for_each(|_| hint::spin_loop());
    }
    came
}

pub(crate) fn give_way(word: &AtomicU64, expected: u64) -> bool {
    (0..TURNS).any(|_| looks(word, expected, LOOKS / TURNS) || let_others_run(word, expected))
}

fn looks(word: &AtomicU64, expected: u64, times: u32) -> bool {
    (0..times).any(|_| {
        hint::spin_loop();
        word.load(Ordering::Relaxed) != expected
    })
}

#[cold]
fn let_others_run(word: &AtomicU64, expected: u64) -> bool {
    // Which thread counts it down does not matter.
    match BUSY.load(Ordering::Relaxed) {
        0 => {
            let left = Instant::now();
            yield_now();
            if left.elapsed() > SOON {
                BUSY.store(TIMES, Ordering::Relaxed);
            }
        }
        times => BUSY.store(times - 1, Ordering::Relaxed),
    }
    word.load(Ordering::Relaxed) != expected
}
