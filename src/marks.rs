//! The rare paths of the ring. Where the feature `marks` is on, each counts how often it was gone, in the ring's own memory:
//! a campaign reads that all of them were. Elsewhere nothing happens, and costs nothing.

use forktalk_abi::Region;

use crate::ring::Ring;

/// A rare path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "deaths are counted by their number")]
pub(crate) enum Mark {
    /// A record wrapped at the end of its segment when it was put.
    PutWrapped,
    /// A record wrapped when it was got.
    GetWrapped,
    /// The putting side went on in a larger segment.
    Grown,
    /// The getting side went back to the first segment.
    Rewound,
    /// Somebody who was about to sleep found at the last moment what it waited for.
    FoundBeforeSleep,
    /// Somebody slept, and was woken.
    Woken,
    /// Somebody laid its ends down, and was woken by a byte.
    WokenByByte,
    /// Somebody learned that nobody is left.
    Abandoned,
    /// A putter died before it had written its record.
    PutterDiedAt0,
    /// A putter died before it woke anybody.
    PutterDiedAt1,
    /// A putter died after that, before it published.
    PutterDiedAt2,
    /// A putter died after it had published.
    PutterDiedAt3,
    /// A getter died before it had read.
    GetterDiedAt0,
    /// A getter died before it woke anybody.
    GetterDiedAt1,
    /// A getter died after that, before it published.
    GetterDiedAt2,
    /// A getter died after it had published.
    GetterDiedAt3,
    /// A getter died when it rewound, before the first store.
    GetterDiedAt4,
    /// A getter died when it rewound, between the two stores.
    GetterDiedAt5,
}

impl Mark {
    /// How many there are.
    pub(crate) const COUNT: usize = Mark::GetterDiedAt5 as usize + 1;

    /// All of them, in their order.
    #[cfg(feature = "marks")]
    const ALL: [Mark; Mark::COUNT] = [
        Mark::PutWrapped,
        Mark::GetWrapped,
        Mark::Grown,
        Mark::Rewound,
        Mark::FoundBeforeSleep,
        Mark::Woken,
        Mark::WokenByByte,
        Mark::Abandoned,
        Mark::PutterDiedAt0,
        Mark::PutterDiedAt1,
        Mark::PutterDiedAt2,
        Mark::PutterDiedAt3,
        Mark::GetterDiedAt0,
        Mark::GetterDiedAt1,
        Mark::GetterDiedAt2,
        Mark::GetterDiedAt3,
        Mark::GetterDiedAt4,
        Mark::GetterDiedAt5,
    ];
}

/// The counts of a queue's rare paths. Reading them does not hold the queue open.
///
/// ```
/// let queue = forktalk::Queue::<u8>::bounded(1)?;
/// let marks = queue.marks();
/// assert!(marks.counted().all(|(_, count)| count == 0));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[cfg(feature = "marks")]
pub struct Marks {
    pub(crate) ring: std::sync::Arc<Ring<<crate::Sys as forktalk_abi::System>::Region>>,
}

#[cfg(feature = "marks")]
impl Marks {
    /// Each rare path, and how often it was gone.
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::bounded(1)?;
    /// assert!(queue.marks().counted().count() > 10);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn counted(&self) -> impl Iterator<Item = (String, u32)> {
        let marks = Mark::ALL.into_iter().zip(self.ring.marks());
        marks.map(|(mark, count)| (format!("{mark:?}"), count))
    }
}

#[cfg(feature = "marks")]
mod counted {
    use super::{Mark, Region, Ring};
    use crate::ring::{GETTING, MARKS, PUTTING};

    /// Words behind the counters: how far the owner of each side's lock has come.
    const STEPS: usize = MARKS + 4 * Mark::COUNT;

    fn step_word(lock: usize) -> usize {
        STEPS + if lock == GETTING { 4 } else { 0 }
    }

    impl<R: Region> Ring<R> {
        pub(crate) fn mark(&self, mark: Mark) {
            self.region.add(MARKS + 4 * mark as usize, 1);
        }

        pub(crate) fn marks(&self) -> [u32; Mark::COUNT] {
            std::array::from_fn(|index| self.region.load(MARKS + 4 * index))
        }

        pub(crate) fn at_step(&self, lock: usize, step: u32) {
            if lock == PUTTING || lock == GETTING {
                self.region.store(step_word(lock), step);
            }
        }

        pub(crate) fn mark_death(&self, lock: usize) {
            let first = match lock {
                PUTTING => Mark::PutterDiedAt0,
                GETTING => Mark::GetterDiedAt0,
                _ => return,
            };
            let step = self.region.load(step_word(lock));
            self.region
                .add(MARKS + 4 * (first as usize + step as usize), 1);
        }
    }
}

#[cfg(not(feature = "marks"))]
impl<R: Region> Ring<R> {
    #[inline(always)]
    pub(crate) fn mark(&self, _: Mark) {}

    #[inline(always)]
    pub(crate) fn at_step(&self, _: usize, _: u32) {}

    #[inline(always)]
    pub(crate) fn mark_death(&self, _: usize) {}
}
