//! The getting side of a ring.

use forktalk_abi::Region;

use super::framed::units_of;
use super::layout::{DATA, GETTING, GOT, JUMP, MOST_BATCH_BYTES, PUT, PUT_SEEN, UNIT};
use super::segment::{Segment, State};
use super::{Got, Ring};
use crate::marks::Mark;

impl<R: Region> Ring<R> {
    /// Gets one item into `bytes`. For who holds the getting lock; `wake` is called before it is visible that there is room.
    #[inline]
    pub(crate) fn get(&self, bytes: &mut Vec<u8>, wake: impl FnOnce()) -> Got {
        self.get_by(1, wake, |got, _| {
            let segment = self.segment_of(got.position);
            let length = self.length_at(got.position);
            bytes.clear();
            self.read(segment, segment.after(got.position, 1), length, bytes);
            Some(got.passed(segment, units_of(length as u32), 1))
        })
    }

    /// Gets one item into `small`, and says how long it is; leaves it there if it is longer, or wraps. As [`Ring::get`].
    #[inline]
    pub(crate) fn get_small(
        &self,
        small: &mut [u8],
        length: &mut usize,
        wake: impl FnOnce(),
    ) -> Got {
        self.get_by(1, wake, |got, _| {
            let segment = self.segment_of(got.position);
            *length = self.length_at(got.position);
            let units = units_of(*length as u32);
            let wraps = got.position - segment.start + units > segment.units;
            let room = small.get_mut(..*length).filter(|_| !wraps)?;
            self.region
                .copy_out(DATA + got.position as usize * UNIT + UNIT, room);
            Some(got.passed(segment, units, 1))
        })
    }

    /// Gets up to `most` items, at least one, into `framed`, as records. As [`Ring::get`].
    pub(crate) fn drain(&self, framed: &mut Vec<u8>, most: u32, wake: impl FnOnce()) -> Got {
        framed.clear();
        self.get_by(most, wake, |mut got, put| {
            let segment = self.segment_of(got.position);
            if segment.contains(put.position) && put.items_after(got) <= most {
                let units = segment.between(got.position, put.position);
                if units as usize * UNIT <= MOST_BATCH_BYTES {
                    self.read(segment, got.position, units as usize * UNIT, framed);
                    return Some(put);
                }
            }
            for _ in 0..put.items_after(got).min(most) {
                self.follow_jump(&mut got);
                let segment = self.segment_of(got.position);
                let units = units_of(self.length_at(got.position) as u32);
                self.read(segment, got.position, units as usize * UNIT, framed);
                got = got.passed(segment, units, 1);
                if framed.len() >= MOST_BATCH_BYTES {
                    break;
                }
            }
            Some(got)
        })
    }

    /// Gets what `take` takes: it is given where the getting and the putting side stand, and answers where the former
    /// stands then, or nothing if it takes nothing.
    #[inline]
    fn get_by(
        &self,
        most: u32,
        wake: impl FnOnce(),
        take: impl FnOnce(State, State) -> Option<State>,
    ) -> Got {
        let mut got = self.state(GOT);
        let mut put = self.state(PUT_SEEN);
        if put.items_after(got) < most {
            put = self.state(PUT);
            self.region.store_wide(PUT_SEEN, put.wide());
        }
        if put.count == got.count {
            return match self.is_closed() {
                true => Got::Closed,
                false => Got::Empty,
            };
        }
        self.follow_jump(&mut got);
        let Some(got) = take(got, put) else {
            return Got::Left;
        };
        self.at_step(GETTING, 1);
        wake();
        self.at_step(GETTING, 2);
        self.region.store_wide(GOT, got.wide());
        self.at_step(GETTING, 3);
        Got::Some
    }

    #[inline]
    fn follow_jump(&self, got: &mut State) {
        while let Some(next) = self.jump_at(got.position) {
            got.position = next.start;
        }
    }

    /// The bytes of the item whose record is at `position`.
    #[inline]
    fn length_at(&self, position: u32) -> usize {
        self.region.load(DATA + position as usize * UNIT) as usize
    }

    /// The segment to which a jump leads, if there is one in the place of a record.
    pub(super) fn jump_at(&self, position: u32) -> Option<Segment> {
        let word = self.region.load(DATA + position as usize * UNIT);
        (word & JUMP != 0).then(|| self.segment(word & !JUMP))
    }

    /// Appends bytes that begin at `position`.
    #[inline]
    fn read(&self, segment: Segment, position: u32, bytes: usize, buffer: &mut Vec<u8>) {
        let before_end = (segment.start + segment.units - position) as usize * UNIT;
        let first = bytes.min(before_end);
        let offset = DATA + position as usize * UNIT;
        self.region.copy_append(offset, first, buffer);
        if first < bytes {
            self.mark(Mark::GetWrapped);
            let start = DATA + segment.start as usize * UNIT;
            self.region.copy_append(start, bytes - first, buffer);
        }
    }
}
