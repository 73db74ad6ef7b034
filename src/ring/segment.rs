//! [`State`], what a side publishes, and [`Segment`], a part of the ring.

/// What a side publishes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The unit of its next record.
    pub(crate) position: u32,
    /// The items that passed it, wrapping.
    pub(crate) count: u32,
}

impl State {
    pub(crate) fn of(wide: u64) -> State {
        State {
            position: wide as u32,
            count: (wide >> 32) as u32,
        }
    }

    pub(crate) fn wide(self) -> u64 {
        u64::from(self.count) << 32 | u64::from(self.position)
    }

    /// After so many records more, which take so many units of this segment.
    pub(crate) fn passed(self, segment: Segment, units: u32, records: u32) -> State {
        State {
            position: segment.after(self.position, units),
            count: self.count.wrapping_add(records),
        }
    }

    /// The items between this, the putting side's, and the getting side's.
    pub(crate) fn items_after(self, got: State) -> u32 {
        self.count.wrapping_sub(got.count)
    }
}

/// A part of the ring in which records go around.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) number: u32,
    pub(crate) start: u32,
    pub(crate) units: u32,
}

impl Segment {
    /// The position `units` further.
    pub(crate) fn after(self, position: u32, units: u32) -> u32 {
        let offset = position - self.start + units;
        match offset < self.units {
            true => self.start + offset,
            false => self.start + offset - self.units,
        }
    }

    /// The units from one position up to another.
    pub(crate) fn between(self, from: u32, to: u32) -> u32 {
        match to >= from {
            true => to - from,
            false => self.units - (from - to),
        }
    }

    pub(crate) fn contains(self, position: u32) -> bool {
        position.wrapping_sub(self.start) < self.units
    }
}
