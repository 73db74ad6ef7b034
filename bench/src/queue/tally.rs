//! What was put and what was got: counted and summed up, so that nothing lost and nothing doubled stays unseen.

use crate::number::number;
use std::ops::Range;

/// Not one of the numbers that are sent: it says that a putter has put all it will. Each putter leaves one for each
/// getter, and a getter ends when it has as many as there are putters; so all else was got before the last.
pub(crate) const END: u64 = 0;

/// How many numbers, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) sum: u64,
    /// How many times [`END`] was among them.
    pub(crate) ends: u32,
}

impl Tally {
    /// Of the numbers in `range`, without a look at each: that would take time beside the measuring.
    pub(crate) fn of(range: Range<u64>) -> Tally {
        let count = range.end - range.start;
        let indices = u128::from(count) * (u128::from(range.start) + u128::from(range.end) + 1) / 2;
        Tally {
            count,
            // Sums wrap, and so does the product, to the same.
            sum: number(indices as u64).wrapping_sub(number(0)),
            ends: 0,
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, number: u64) {
        if number == END {
            self.ends += 1;
        } else {
            self.count += 1;
            self.sum = self.sum.wrapping_add(number);
        }
    }

    pub(crate) fn and(self, other: Tally) -> Tally {
        Tally {
            count: self.count + other.count,
            sum: self.sum.wrapping_add(other.sum),
            ends: self.ends + other.ends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_sums_up_as_its_numbers_do() {
        let mut one_by_one = Tally::default();
        (7..1000).map(number).for_each(|n| one_by_one.add(n));
        assert_eq!(Tally::of(7..1000), one_by_one);
        assert_eq!(Tally::of(5..5), Tally::default());
    }

    #[test]
    fn an_end_is_counted_apart() {
        let mut tally = Tally::of(0..3);
        tally.add(END);
        assert_eq!((tally.count, tally.ends), (3, 1));
    }
}
