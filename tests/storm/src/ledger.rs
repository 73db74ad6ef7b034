//! What was put and what was got, in shared memory: it is still there when who wrote it was killed.

use forktalk_abi::{Region, Result, System};
use forktalk_native::{SharedRegion, Unix};

/// Items that one putter puts at most.
pub(crate) const ITEMS: u32 = 1 << 15;

/// Putters that there are at most, one after the other.
pub(crate) const PUTTERS: u32 = 1 << 15;

/// How often an item was got takes so many bits.
const BITS: u32 = 2;
const ITEMS_IN_WORD: u32 = u32::BITS / BITS;

/// A worker's sign of life has a cache line of its own.
const LINE: usize = 64;
const WORKERS: usize = 64;
const STOP: usize = WORKERS * LINE;
const DONE: usize = STOP + LINE;
const GOT: usize = DONE + 4 * PUTTERS as usize;
const GOT_BYTES_OF_ONE: usize = 4 * (ITEMS / ITEMS_IN_WORD) as usize;

/// The ledger. Only what is used of it takes memory.
pub(crate) struct Ledger {
    region: SharedRegion,
}

impl Ledger {
    pub(crate) fn new() -> Result<Ledger> {
        let region = Unix::map(GOT + GOT_BYTES_OF_ONE * PUTTERS as usize)?;
        Ok(Ledger { region })
    }

    /// A worker says that it has done something more.
    pub(crate) fn live(&self, worker: usize) {
        self.region.add(worker * LINE, 1);
    }

    /// How much a worker has done.
    pub(crate) fn lived(&self, worker: usize) -> u32 {
        self.region.load(worker * LINE)
    }

    /// The putters should end.
    pub(crate) fn stop(&self) {
        self.region.store(STOP, 1);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.region.load(STOP) != 0
    }

    /// One more put of this putter has returned.
    pub(crate) fn put(&self, putter: u32) {
        self.region.add(DONE + 4 * putter as usize, 1);
    }

    /// How many puts of this putter have returned.
    pub(crate) fn put_count(&self, putter: u32) -> u32 {
        self.region.load(DONE + 4 * putter as usize)
    }

    /// An item was got.
    pub(crate) fn got(&self, putter: u32, number: u32) {
        let (word, shift) = place(putter, number);
        self.region.add(word, 1 << shift);
    }

    /// How often an item was got; three times and more cannot be told apart.
    pub(crate) fn got_count(&self, putter: u32, number: u32) -> u32 {
        let (word, shift) = place(putter, number);
        self.region.load(word) >> shift & ((1 << BITS) - 1)
    }
}

fn place(putter: u32, number: u32) -> (usize, u32) {
    let of_putter = GOT + GOT_BYTES_OF_ONE * putter as usize;
    let word = of_putter + 4 * (number / ITEMS_IN_WORD) as usize;
    (word, number % ITEMS_IN_WORD * BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_apart() {
        let ledger = Ledger::new().unwrap();
        ledger.got(3, 17);
        ledger.got(3, 17);
        ledger.got(3, 16);
        assert_eq!(
            [16, 17, 18].map(|number| ledger.got_count(3, number)),
            [1, 2, 0]
        );
        assert_eq!(ledger.got_count(2, 17), 0);
        assert_eq!(ledger.got_count(PUTTERS - 1, ITEMS - 1), 0);
    }
}
