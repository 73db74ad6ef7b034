//! What was put and got, in shared memory: it outlives who wrote it.

use forktalk_abi::{Region as _, System};

#[cfg(target_arch = "wasm32")]
use forktalk_guest::Guest as Sys;
#[cfg(unix)]
use forktalk_native::Unix as Sys;

type Region = <Sys as System>::Region;

pub(crate) struct Ledger {
    region: Region,
    putters: u32,
    /// Items of all putters together.
    items: u32,
}

impl Ledger {
    pub(crate) fn new(putters: u32, getters: u32, items: u32) -> Ledger {
        let items = putters * items;
        let words = putters + getters * (1 + items);
        let region = Sys::map(4 * words as usize).expect("a little shared memory");
        Ledger {
            region,
            putters,
            items,
        }
    }

    /// So many puts of this putter have returned.
    pub(crate) fn put(&self, putter: u32, count: u32) {
        self.region.store(4 * putter as usize, count);
    }

    pub(crate) fn put_count(&self, putter: u32) -> u32 {
        self.region.load(4 * putter as usize)
    }

    fn count_of(&self, getter: u32) -> usize {
        4 * (self.putters + getter * (1 + self.items)) as usize
    }

    pub(crate) fn got(&self, getter: u32, putter: u32, number: u32) {
        let place = self.count_of(getter);
        let count = self.region.load(place);
        assert!(
            count < self.items,
            "getter {getter} got more than all items"
        );
        self.region
            .store(place + 4 + 4 * count as usize, putter << 16 | number);
        self.region.store(place, count + 1);
    }

    /// What a getter got, in its order: putters and numbers.
    pub(crate) fn got_by(&self, getter: u32) -> Vec<(u32, u32)> {
        let place = self.count_of(getter);
        let count = self.region.load(place) as usize;
        let words = (1..=count).map(|index| self.region.load(place + 4 * index));
        words.map(|word| (word >> 16, word & 0xffff)).collect()
    }
}
