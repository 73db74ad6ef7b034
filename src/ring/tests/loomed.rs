//! Every order in which a putter and a getter may see each other's writes.
//!
//! A record's bytes are words that are read and written without any order of their own: loom shows each value that the
//! memory model allows, so a record that is read too early, or overwritten too early, shows as a wrong one.

use std::collections::BTreeMap;

use forktalk_abi::{Deadline, Locked, Region, Result};
use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

use crate::ring::layout::{CLOSED, DATA, GOT, GOT_SEEN, PUT, PUT_SEEN};
use crate::ring::{GETTING, Got, PUTTING, Put, Ring};

/// Memory of which loom watches the words that a ring uses.
struct Memory {
    published: Ordering,
    wide: BTreeMap<usize, AtomicU64>,
    /// What each side published, for that side: it reads it under its own lock only. Loom sees of each word only the
    /// last access, and would take a side's own one for all that matters.
    own: BTreeMap<usize, AtomicU64>,
    closed: AtomicU32,
    data: Vec<AtomicU32>,
    locks: BTreeMap<usize, (Mutex<bool>, Condvar)>,
}

impl Memory {
    /// `published`: the order in which a side's word is written. (It has to be `Release`.)
    fn new(bytes: usize, published: Ordering) -> Memory {
        let wide = |at| (at, AtomicU64::new(0));
        Memory {
            published,
            wide: [PUT, GOT, GOT_SEEN, PUT_SEEN].map(wide).into(),
            own: [PUT, GOT].map(wide).into(),
            closed: AtomicU32::new(0),
            data: (DATA..bytes)
                .step_by(4)
                .map(|_| AtomicU32::new(0))
                .collect(),
            locks: [PUTTING, GETTING].map(|at| (at, Default::default())).into(),
        }
    }

    /// The word there; nothing for those that only count what happened.
    fn word(&self, offset: usize) -> Option<&AtomicU32> {
        match offset {
            CLOSED => Some(&self.closed),
            DATA.. => self.data.get((offset - DATA) / 4),
            _ => None,
        }
    }
}

/// The memory, as one side sees it.
struct Loomed {
    bytes: usize,
    memory: Arc<Memory>,
    /// The word that this side publishes.
    publishes: usize,
}

impl Region for Loomed {
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn load(&self, offset: usize) -> u32 {
        let word = self.memory.word(offset);
        word.map_or(0, |word| word.load(Ordering::Relaxed))
    }

    fn store(&self, offset: usize, value: u32) {
        if let Some(word) = self.memory.word(offset) {
            word.store(value, Ordering::Relaxed);
        }
    }

    fn load_wide(&self, offset: usize) -> u64 {
        match offset == self.publishes {
            true => self.memory.own[&offset].load(Ordering::Relaxed),
            false => self.memory.wide[&offset].load(Ordering::Acquire),
        }
    }

    fn store_wide(&self, offset: usize, value: u64) {
        if offset == self.publishes {
            self.memory.own[&offset].store(value, Ordering::Relaxed);
        }
        self.memory.wide[&offset].store(value, self.memory.published);
    }

    fn add(&self, offset: usize, value: u32) -> u32 {
        let word = self.memory.word(offset);
        word.map_or(0, |word| word.fetch_add(value, Ordering::AcqRel))
    }

    fn copy_out(&self, offset: usize, buffer: &mut [u8]) {
        for (index, bytes) in buffer.chunks_mut(4).enumerate() {
            let word = self.load(offset + 4 * index).to_le_bytes();
            bytes.copy_from_slice(&word[..bytes.len()]);
        }
    }

    fn copy_in(&self, offset: usize, bytes: &[u8]) {
        for (index, word) in bytes.chunks_exact(4).enumerate() {
            self.store(
                offset + 4 * index,
                u32::from_le_bytes(word.try_into().unwrap()),
            );
        }
    }

    fn discard(&self, _: usize, _: usize) {}

    fn wait_on_word(&self, _: usize, _: u32, _: Option<Deadline>) -> Result<()> {
        unreachable!("nobody sleeps here")
    }

    fn wake(&self, _: usize) {}

    fn lock(&self, offset: usize, _: Option<Deadline>) -> Result<Locked> {
        let (taken, released) = &self.memory.locks[&offset];
        let mut taken = taken.lock().unwrap();
        while *taken {
            taken = released.wait(taken).unwrap();
        }
        *taken = true;
        Ok(Locked::Clean)
    }

    fn unlock(&self, offset: usize) -> Result<()> {
        let (taken, released) = &self.memory.locks[&offset];
        *taken.lock().unwrap() = false;
        released.notify_one();
        Ok(())
    }

    fn make_lock(&self, _: usize) -> Result<()> {
        Ok(())
    }
}

/// The same ring, for each side.
#[derive(Clone)]
struct Pair {
    memory: Arc<Memory>,
    bytes: usize,
}

impl Pair {
    /// A ring with room for so many items of four bytes.
    fn new(room: usize, published: Ordering) -> Pair {
        let bytes = 8 * room;
        let memory = Arc::new(Memory::new(DATA + bytes + 8, published));
        Pair { memory, bytes }
    }

    fn side(&self, publishes: usize) -> Ring<Loomed> {
        let map = |bytes| {
            Ok(Loomed {
                bytes,
                memory: Arc::clone(&self.memory),
                publishes,
            })
        };
        Ring::new(map, None, Some(self.bytes as u32)).unwrap()
    }

    fn put(&self, item: u32) -> bool {
        let ring = self.side(PUT);
        let _held = ring.lock(PUTTING, None).unwrap();
        let ended = ring.put(&item.to_le_bytes(), || ());
        ended == Put::All
    }

    fn get(&self) -> Option<u32> {
        let ring = self.side(GOT);
        let mut bytes = Vec::new();
        let _held = ring.lock(GETTING, None).unwrap();
        match ring.get(&mut bytes, || ()) {
            Got::Some => Some(u32::from_le_bytes(bytes.try_into().expect("a whole item"))),
            Got::Empty | Got::Closed | Got::Left => None,
        }
    }

    fn rest(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.get()).collect()
    }
}

fn in_thread<T: 'static>(
    pair: &Pair,
    f: impl FnOnce(&Pair) -> T + 'static,
) -> thread::JoinHandle<T> {
    let pair = pair.clone();
    thread::spawn(move || f(&pair))
}

/// Two puts and two gets, with room for `room` items.
fn two_and_two(room: usize, published: Ordering) {
    let pair = Pair::new(room, published);
    let putter = in_thread(&pair, |pair| {
        [11, 22].map(|item| pair.put(item).then_some(item))
    });
    let got: Vec<u32> = [pair.get(), pair.get()].into_iter().flatten().collect();
    let put: Vec<u32> = putter.join().unwrap().into_iter().flatten().collect();
    assert!(put.starts_with(&got), "put {put:?}, got {got:?}");
    assert_eq!([got, pair.rest()].concat(), put, "nothing is lost");
}

#[test]
fn a_putter_and_a_getter_with_room() {
    loom::model(|| two_and_two(2, Ordering::Release));
}

#[test]
fn a_putter_and_a_getter_where_one_item_has_room() {
    loom::model(|| two_and_two(1, Ordering::Release));
}

#[test]
fn the_place_of_a_record_is_used_again() {
    loom::model(|| {
        let pair = Pair::new(1, Ordering::Release);
        assert!(pair.put(11));
        let putter = in_thread(&pair, |pair| pair.put(22));
        assert_eq!(pair.get(), Some(11), "not yet overwritten");
        let second = putter.join().unwrap();
        assert_eq!(pair.get(), second.then_some(22));
    });
}

/// With three at once, every order in which a side is interrupted up to three times: all would take minutes.
fn with_three(f: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(f);
}

#[test]
fn two_putters_and_a_getter() {
    with_three(|| {
        let pair = Pair::new(2, Ordering::Release);
        let putters = [11, 22].map(|item| in_thread(&pair, move |pair| pair.put(item)));
        let mut got: Vec<u32> = pair.get().into_iter().collect();
        assert!(putters.into_iter().all(|putter| putter.join().unwrap()));
        got.extend(pair.rest());
        got.sort_unstable();
        assert_eq!(got, [11, 22]);
    });
}

#[test]
fn a_putter_and_two_getters() {
    with_three(|| {
        let pair = Pair::new(2, Ordering::Release);
        let getters = [(); 2].map(|()| in_thread(&pair, Pair::get));
        assert!(pair.put(11) && pair.put(22));
        let got = getters
            .into_iter()
            .filter_map(|getter| getter.join().unwrap());
        let mut got: Vec<u32> = got.collect();
        got.extend(pair.rest());
        got.sort_unstable();
        assert_eq!(got, [11, 22]);
    });
}

/// The test of the tests: were the words not published with release, it would show. (In the other direction loom cannot
/// show it: it does not let a load see what is stored after it.)
#[test]
#[should_panic(expected = "a whole item")]
fn a_record_that_is_read_too_early_shows() {
    loom::model(|| two_and_two(2, Ordering::Relaxed));
}
