//! How a ring goes on in larger segments, and back.

use forktalk_abi::Region;

use super::layout::{DATA, FIRST_SEGMENT, GETTING, GOT, GOT_SEEN, JUMP, PUT, SPARE, UNIT};
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
        let larger = (segment.number + 1..self.segments).map(|number| self.segment(number));
        larger.into_iter().find(|next| next.units >= units + SPARE)
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

    /// Gives back the segments that nobody will read any more.
    pub(super) fn leave_segments(&self, from: u32, to: u32) {
        // Of a jump back, which only a killed getter leaves, the segment is the same as its own rewinding.
        for number in from.max(1)..to {
            self.forget(self.segment(number));
        }
    }

    fn forget(&self, segment: Segment) {
        let offset = DATA + segment.start as usize * UNIT;
        self.region.discard(offset, segment.units as usize * UNIT);
    }

    /// Whether all was got and it lies in a segment that should be given back. For who holds the getting lock.
    #[inline]
    pub(crate) fn should_rewind(&self) -> bool {
        let got = self.state(GOT);
        self.fixed == 0 && got.position >= FIRST_SEGMENT && self.state(PUT).count == got.count
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
        self.forget(self.segment_of(put.position));
    }
}
