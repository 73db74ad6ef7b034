//! Records in shared memory: the algorithm of the queue. It knows bytes and counts, not values.
//!
//! # Two sides, two locks
//!
//! A ring of records has a putting side and a getting side. A robust lock guards each, held for a moment only; so
//! putters meet putters, getters meet getters, and between the sides it is the ring of a single producer and a single
//! consumer (Lamport, "Specifying Concurrent Program Modules", 1983).
//!
//! Each side publishes one wide word: where it stands, and how many items have passed it. The putter writes the record
//! first and then, with release, its word (`put published`); the getter reads that word with acquire before it reads a
//! record, and publishes its own (`get published`) when it has copied the record out; the putter reads that one with
//! acquire before it writes where the record was. Each side keeps the other's word as it last saw it, and looks again
//! only when that is not enough: an old word is never wrong, it only shows less.
//!
//! # Whoever dies
//!
//! To publish is one store. A putter that is killed before it has put nothing, one that is killed after it has put
//! everything; the same holds for a getter. Nothing is half done, so the next owner of the lock has nothing to repair.
//! (Two exceptions are marked below: who rewinds publishes twice, who wakes others does so first.)
//!
//! # Sleeping and waking
//!
//! Who wants to sleep until there is an item takes the locks of *both* sides, looks once more, and leaves a mark in the
//! putters' word `wanted`. A putter finds it under its own lock, without a fence, and wakes before it publishes: if it is
//! killed in between, the sleeper wakes, looks, and finds nothing; the other way around the item would be there and
//! everybody asleep. To look, the sleeper needs the lock that the putter still holds, so it does not look too early.
//! In the other direction, for room, it is the same with the sides exchanged.
//!
//! # Where records lie
//!
//! ```text
//! locks | published words | wanted, bells | seats |   segment 0   |       segment 1       |   segment 2 ...
//!                                                     64 KiB          128 KiB                 256 KiB
//! ```
//!
//! A record is a word with its length, then its bytes, padded to a word; it may wrap at the end of its segment. When a
//! record does not fit, and the bound does not forbid it, the putter leaves a *jump* at its place and goes on in a larger
//! segment. When everything was got, and either that was much or nothing comes for a while, the getter jumps back to segment 0
//! and gives the memory of the others back. A queue whose bytes are bounded has one segment of that size, and no jumps.

mod framed;
mod get;
mod grow;
mod layout;
mod patience;
mod segment;

use forktalk_abi::{Deadline, Errno, LOCK_BYTES, Locked, Region};

use crate::marks::Mark;
use segment::{Segment, State};

use framed::units_of;

pub(crate) use framed::{Framed, first_record, item_of, record_bytes, records_in};
pub(crate) use layout::*;
pub(crate) use patience::{Patience, note_waking};

/// How a put ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Put {
    /// All records are there.
    All,
    /// The next one finds no room.
    Full,
    /// Nothing was put: a getter was killed when it rewound, and its side must [`Ring::catch_up`] first.
    Behind,
    /// The queue is closed.
    Closed,
}

/// How a get ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// Something was got.
    Some,
    /// There is something, and it is still there.
    Left,
    /// There is nothing.
    Empty,
    /// There is nothing, and nothing will come.
    Closed,
}

/// Where a record can go; otherwise as [`Put`].
enum Place {
    At(u32),
    Full,
    Behind,
}

/// A lock that is held.
pub(crate) struct Held<'a, R: Region> {
    region: &'a R,
    lock: usize,
}

impl<R: Region> Drop for Held<'_, R> {
    fn drop(&mut self) {
        let released = self.region.unlock(self.lock);
        debug_assert!(released.is_ok(), "only who holds a lock releases it");
    }
}

/// A ring of records in a region.
pub(crate) struct Ring<R> {
    pub(crate) region: R,
    /// Items that it holds at most.
    bound: u32,
    /// The units of its only segment; 0 if it grows.
    fixed: u32,
    /// The segments that there are.
    segments: u32,
}

impl<R: Region> Ring<R> {
    /// Makes a ring in what `map` gives. `items`: how many it holds at most; `bytes`: how many bytes of records.
    ///
    /// A ring that grows asks for less if it cannot have as much.
    pub(crate) fn new(
        mut map: impl FnMut(usize) -> Result<R, Errno>,
        items: Option<u32>,
        bytes: Option<u32>,
    ) -> Result<Ring<R>, Errno> {
        let fixed = bytes.map_or(0, |bytes| bytes.div_ceil(UNIT as u32) + SPARE);
        let mut segments = if fixed > 0 { 1 } else { MOST_SEGMENTS };
        let region = loop {
            let units = match fixed {
                0 => FIRST_SEGMENT as usize * ((1 << segments) - 1),
                fixed => fixed as usize,
            };
            match map(DATA + units * UNIT) {
                Err(Errno::NOMEM) if segments > 1 => segments -= 1,
                answer => break answer?,
            }
        };
        for lock in 0..SEATS / LOCK_BYTES + SEAT_COUNT {
            region.make_lock(lock * LOCK_BYTES)?;
        }
        Ok(Ring {
            region,
            bound: items.unwrap_or(MOST_ITEMS),
            fixed,
            segments,
        })
    }

    /// The most bytes that the record of an item may take, its length included.
    pub(crate) fn most_bytes(&self) -> usize {
        (self.segment(self.segments - 1).units - SPARE) as usize * UNIT
    }

    /// How many items it holds at most, if that is bounded.
    pub(crate) fn bound(&self) -> Option<u32> {
        (self.bound < MOST_ITEMS).then_some(self.bound)
    }

    fn segment(&self, number: u32) -> Segment {
        match self.fixed {
            0 => Segment {
                number,
                start: FIRST_SEGMENT * ((1 << number) - 1),
                units: FIRST_SEGMENT << number,
            },
            units => Segment {
                number: 0,
                start: 0,
                units,
            },
        }
    }

    fn segment_of(&self, position: u32) -> Segment {
        match self.fixed {
            0 => self.segment((position / FIRST_SEGMENT + 1).ilog2()),
            _ => self.segment(0),
        }
    }

    /// Takes a lock. `ETIMEDOUT`: somebody else has it, and the deadline has passed.
    #[track_caller]
    #[inline]
    pub(crate) fn lock(
        &self,
        lock: usize,
        deadline: Option<Deadline>,
    ) -> Result<Held<'_, R>, Errno> {
        let region = &self.region;
        if region.lock(lock, deadline)? == Locked::OwnerDied {
            self.mark_death(lock);
        }
        self.at_step(lock, 0);
        Ok(Held { region, lock })
    }

    fn state(&self, offset: usize) -> State {
        State::of(self.region.load_wide(offset))
    }

    /// Puts one item. For who holds the putting lock; `wake` is called before it is visible.
    #[inline]
    pub(crate) fn put(&self, item: &[u8], wake: impl FnOnce()) -> Put {
        if self.is_closed() {
            return Put::Closed;
        }
        let put = self.state(PUT);
        let mut seen = self.state(GOT_SEEN);
        let units = units_of(item.len() as u32);
        let position = match self.place(put, &mut seen, units) {
            Place::At(position) => position,
            Place::Full => return Put::Full,
            Place::Behind => return Put::Behind,
        };
        let segment = self.segment_of(position);
        self.region
            .store(DATA + position as usize * UNIT, item.len() as u32);
        self.write(segment, segment.after(position, 1), item);
        let there = State { position, ..put };
        self.publish(there.passed(segment, units, 1), wake);
        Put::All
    }

    /// Makes visible what was put.
    #[inline]
    fn publish(&self, put: State, wake: impl FnOnce()) {
        self.at_step(PUTTING, 1);
        wake();
        self.at_step(PUTTING, 2);
        self.region.store_wide(PUT, put.wide());
        self.at_step(PUTTING, 3);
    }

    /// Puts the `records` that `framed` is made of (see [`Framed`]), in their order, as far as there is room; answers how many
    /// bytes of it were put. They become visible together. Otherwise as [`Ring::put`].
    #[inline]
    pub(crate) fn put_all(&self, framed: &[u8], records: u32, wake: impl FnOnce()) -> (Put, usize) {
        if self.is_closed() {
            return (Put::Closed, 0);
        }
        let mut put = self.state(PUT);
        let mut seen = self.state(GOT_SEEN);
        let units = (framed.len() / UNIT) as u32;
        let segment = self.segment_of(put.position);
        let fits = self.fits(segment, put, seen, units, records) || {
            seen = self.look_at_getters();
            self.fits(segment, put, seen, units, records)
        };
        let (ended, done) = if fits {
            self.write(segment, put.position, framed);
            put = put.passed(segment, units, records);
            (Put::All, framed.len())
        } else {
            self.put_each(framed, &mut put, &mut seen)
        };
        if done > 0 {
            self.publish(put, wake);
        }
        (ended, done)
    }

    /// Puts records one by one, as far as there is room.
    fn put_each(&self, framed: &[u8], put: &mut State, seen: &mut State) -> (Put, usize) {
        let mut done = 0;
        while let Some(record) = framed.get(done..).and_then(first_record) {
            let units = (record.len() / UNIT) as u32;
            match self.place(*put, seen, units) {
                Place::At(position) => {
                    let segment = self.segment_of(position);
                    self.write(segment, position, record);
                    put.position = position;
                    *put = put.passed(segment, units, 1);
                    done += record.len();
                }
                Place::Behind if done == 0 => return (Put::Behind, 0),
                Place::Full | Place::Behind => return (Put::Full, done),
            }
        }
        (Put::All, done)
    }

    /// Where the getting side stands now; noted for the next who puts.
    fn look_at_getters(&self) -> State {
        let seen = self.state(GOT);
        self.region.store_wide(GOT_SEEN, seen.wide());
        seen
    }

    /// Where the next record, of so many units, can go.
    #[inline]
    fn place(&self, put: State, seen: &mut State, units: u32) -> Place {
        let segment = self.segment_of(put.position);
        if self.fits(segment, put, *seen, units, 1) {
            return Place::At(put.position);
        }
        *seen = self.look_at_getters();
        if self.fits(segment, put, *seen, units, 1) {
            return Place::At(put.position);
        }
        if put.items_after(*seen) >= self.bound {
            return Place::Full;
        }
        self.grow(segment, put, *seen, units)
    }

    #[inline]
    fn fits(&self, segment: Segment, put: State, seen: State, units: u32, records: u32) -> bool {
        let used = match segment.contains(seen.position) {
            true => segment.between(seen.position, put.position),
            // Nobody gets from here yet: the records begin at the start.
            false => put.position - segment.start,
        };
        segment.units - used >= units + SPARE && put.items_after(seen) + records <= self.bound
    }

    /// Writes bytes from `position` on.
    #[inline]
    fn write(&self, segment: Segment, position: u32, record: &[u8]) {
        let before_end = (segment.start + segment.units - position) as usize * UNIT;
        let offset = DATA + position as usize * UNIT;
        match record.split_at_checked(before_end) {
            None | Some((_, [])) => self.region.copy_in(offset, record),
            Some((first, rest)) => {
                self.mark(Mark::PutWrapped);
                self.region.copy_in(offset, first);
                let start = DATA + segment.start as usize * UNIT;
                self.region.copy_in(start, rest);
            }
        }
    }

    /// How many items there are at this moment.
    pub(crate) fn len(&self) -> u32 {
        let mut got = self.state(GOT);
        loop {
            let put = self.state(PUT);
            let again = self.state(GOT);
            if again == got {
                return put.items_after(got);
            }
            got = again;
        }
    }

    /// How many items were ever put, wrapping.
    pub(crate) fn put_count(&self) -> u32 {
        self.state(PUT).count
    }

    /// Whether a record of so many bytes finds room. For who holds both locks.
    pub(crate) fn has_room(&self, bytes: u32) -> bool {
        let (put, got) = (self.state(PUT), self.state(GOT));
        let units = bytes.div_ceil(UNIT as u32);
        let segment = self.segment_of(put.position);
        put.items_after(got) < self.bound
            && (self.fits(segment, put, got, units, 1) || self.larger(segment, units).is_some())
    }

    /// Whether it is closed.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.region.load(CLOSED) != 0
    }

    /// Closes it. For who holds both locks, and has woken all who sleep.
    pub(crate) fn close(&self) {
        self.region.store(CLOSED, 1);
    }

    /// Looks a short while whether somebody puts; who has `slept` was woken by somebody who is about to.
    #[inline]
    pub(crate) fn linger_for_items(&self, patience: &Patience, slept: bool) -> bool {
        let put = self.region.load_wide(PUT);
        let got = self.state(GOT);
        if State::of(put).count != got.count {
            return true;
        }
        self.linger(PUT, put, patience, slept)
    }

    /// Looks a short while whether somebody gets; who has `slept` was woken by somebody who is about to.
    #[inline]
    pub(crate) fn linger_for_room(&self, patience: &Patience, slept: bool) -> bool {
        self.linger(GOT, self.region.load_wide(GOT), patience, slept)
    }

    #[inline]
    fn linger(&self, side: usize, seen: u64, patience: &Patience, slept: bool) -> bool {
        // Whom this process has just woken may need its processor, as who woke it.
        if patience::woke() || slept {
            return self.region.give_way(side, seen);
        }
        let came = self.region.linger(side, seen, patience.pauses());
        if came {
            patience.learn(self.state(side).items_after(State::of(seen)));
        }
        came
    }
}

#[cfg(test)]
mod tests;
