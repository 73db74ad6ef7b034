//! How a ring goes on in larger segments, and back.

use forktalk_abi::Region;

use super::layout::{
    DATA, DRAINED, DRAINS, FIRST_SEGMENT, GETTING, GOT, GOT_SEEN, JUMP, KEPT, PUT, SPARE, UNIT,
};
use super::segment::{Segment, State};
use super::{Place, Ring};
use crate::marks::Mark;

impl<R: Region> Ring<R> {
    /// Leads the getters into a larger segment.
    #[cold]
    pub(super) fn grow(&self, segment: Segment, put: State, seen: State, units: u32) -> Place {
        if self.segment_of(seen.position).number > segment.number {
            return Place::Behind;
        }
        let Some(next) = self.larger(segment, units) else {
            return Place::Full;
        };
        self.mark(Mark::Grown);
        self.region
            .store(DATA + put.position as usize * UNIT, JUMP | next.number);
        Place::At(next.start)
    }

    /// The next segment in which a record of so many units can go.
    pub(super) fn larger(&self, segment: Segment, units: u32) -> Option<Segment> {
        let mut larger = (segment.number + 1..self.segments).map(|number| self.segment(number));
        larger.find(|next| next.units >= units + SPARE)
    }

    /// Brings the getting side to where the putting side is, after a getter was killed when it rewound. For who holds
    /// both locks.
    #[cold]
    pub(crate) fn catch_up(&self) {
        let mut got = self.state(GOT);
        if let Some(next) = self.jump_at(got.position) {
            got.position = next.start;
            self.region.store_wide(GOT, got.wide());
        }
    }

    /// Whether a large queue was drained, as many times as it takes until its memory is given back. Not each time: to get it
    /// again for the next records takes longer than to write them. For who holds the getting lock.
    #[inline]
    pub(crate) fn should_rewind(&self) -> bool {
        let got = self.state(GOT);
        if self.fixed != 0 || got.position < KEPT || self.state(PUT).count != got.count {
            return false;
        }
        let drained = self.region.load(DRAINED).wrapping_add(1);
        self.region.store(DRAINED, drained);
        drained.is_multiple_of(DRAINS)
    }

    /// Whether there is memory to be given back once nobody puts any more.
    pub(crate) fn has_grown(&self) -> bool {
        self.fixed == 0 && self.state(GOT).position >= FIRST_SEGMENT
    }

    /// Goes back to the first segment, if nothing was put meanwhile. For who holds both locks.
    #[cold]
    pub(crate) fn rewind(&self) {
        let (put, got) = (self.state(PUT), self.state(GOT));
        if put.count != got.count {
            return;
        }
        self.mark(Mark::Rewound);
        let home = State {
            position: 0,
            count: put.count,
        };
        // Whoever is killed between the next lines leaves a jump for the getters to follow.
        self.region.store(DATA + put.position as usize * UNIT, JUMP);
        self.at_step(GETTING, 4);
        self.region.store_wide(PUT, home.wide());
        self.at_step(GETTING, 5);
        self.region.store_wide(GOT, home.wide());
        self.region.store_wide(GOT_SEEN, home.wide());
        // The segments lie one behind the other, and none beyond this one was used.
        let last = self.segment_of(put.position);
        let beyond_first = (last.start + last.units - FIRST_SEGMENT) as usize * UNIT;
        let offset = DATA + FIRST_SEGMENT as usize * UNIT;
        self.region.discard(offset, beyond_first);
    }
}
