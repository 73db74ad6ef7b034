//! What a transition reads and writes, and when two commute.
//!
//! Two transitions of different processes commute if, whichever goes first, both are enabled as before, answer the
//! same and leave the same state. That holds when nothing that one changes is looked at or changed by the other;
//! giving up descriptors of the same end is a third kind of touch, since counts go down in any order. What is listed
//! here is what may be touched in *any* state in which the transition can happen, not only in this one: partial-order
//! reduction looks back over whole runs, where an earlier order may have left an end closed that is open now.
//!
//! Limits on how much there may be at once (processes, objects, pages) are left out: a run that meets them is cut short
//! in any order, and with them every `close` would have to wait for every `pipe`.
//!
//! A process runs on after its step, and may ask for what is no step: [`crate::Kernel::add_ask`] adds that to the step. A
//! step that takes a lock may go on with a read or write under it ([`crate::Kernel::take_same_step`]): it touches what both do.
//! Where each access to shared memory is a step, the same is what that step touches.
//!
//! Once a read or write was performed, more is known of it: `streams.rs` says which bytes it moved, and a write commutes
//! with a read of other bytes.

mod calls;
mod streams;

pub use streams::{Moving, Streams};

use crate::descriptor::End;
use crate::object::ObjectId;
use crate::stdio::{CLOCK_TIME_GET, WASI};
use forktalk_abi::Pid;
use forktalk_abi::wire::Call;

/// A part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Thing {
    /// A process: whether it goes on. Whoever goes looks at itself: a kill or a stop would end that.
    Process(Pid),
    /// Whether a process has ended, and how, and whether somebody asked for that.
    Status(Pid),
    /// Who a process's parent is.
    Parent(Pid),
    /// The numbers that new processes get.
    Numbers,
    /// The names that new objects and regions get.
    Objects,
    /// The bytes of a pipe, or those that one side of a channel wrote.
    Bytes(ObjectId, u8),
    /// The descriptors of an end: 0 reads and 1 writes a pipe; the sides of a channel.
    Ends(ObjectId, u8),
    /// A robust lock, by region and offset.
    Lock(u32, u32),
    /// Bytes of a region.
    Memory(u32, Range),
    /// Those who sleep on a word, by region and offset.
    Sleepers(u32, u32),
    /// Standard input.
    Input,
    /// What was printed, in its order.
    Output,
    /// The clock.
    Clock,
}

/// Bytes of a region, from the first to the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    /// Where it begins.
    pub from: u32,
    /// Where what follows it begins.
    pub to: u32,
}

/// How a part of the state is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Touch {
    /// Its value matters.
    Look,
    /// This process holds it no longer, and it does not matter to it who else does; or it wakes whoever sleeps there.
    Release(Pid),
    /// Somebody holds it, which is all that matters: of those who do, this process has the lowest number.
    Held(Pid),
    /// It changes.
    Change,
    /// Bytes are written to the end of a stream.
    Append {
        /// How many were written before these.
        from: u64,
        /// How many then.
        to: u64,
        /// So many must have been taken before there is certainly room for these.
        needs: u64,
    },
    /// Bytes are read from the beginning of a stream.
    Take {
        /// How many were read before these.
        from: u64,
        /// How many then.
        to: u64,
        /// More would have been taken, had there been more.
        short: bool,
    },
}

impl Touch {
    /// Whether it matters in which order the two come. Those who write to a stream come in an order, and those who read;
    /// but a write does not change what a read takes of the bytes that are there, as long as it gets all that it wants.
    ///
    /// Who asks whether anybody holds an end would see the same whoever else gives it up, but for the last. Which one that
    /// is, is another in another order; so one holder is named as the witness, the lowest number of those that there are
    /// at that moment. Then only the order of that one matters, and that of those before it who gave it up already.
    fn clashes(self, other: Touch) -> bool {
        match (self, other) {
            (Touch::Look | Touch::Held(_), Touch::Look | Touch::Held(_))
            | (Touch::Release(_), Touch::Release(_)) => false,
            (Touch::Held(witness), Touch::Release(holder))
            | (Touch::Release(holder), Touch::Held(witness)) => holder <= witness,
            (
                Touch::Append { from, to, needs },
                Touch::Take {
                    from: taken,
                    to: until,
                    short,
                },
            )
            | (
                Touch::Take {
                    from: taken,
                    to: until,
                    short,
                },
                Touch::Append { from, to, needs },
            ) => short || taken < needs || (from < until && taken < to),
            _ => true,
        }
    }
}

/// Bytes that share a mark.
const WORD: u32 = 8;

/// What must be so that a process can take the step at which it stands, as far as that can be said without trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it never waits, and touches the same whatever the others did.
    Nothing,
    /// This lock is free, and to take it is all that the step does.
    Lock(Thing),
    /// The process of this status has ended.
    End(Thing),
    /// Somebody wakes who sleeps here, or the wait is over.
    Wake(Thing),
    /// Something lies in this stream, or nothing will any more.
    Bytes(Thing),
    /// It must be tried.
    Unknown,
}

/// What a transition touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint {
    pid: Pid,
    touched: Vec<(Thing, Touch)>,
    /// A bit, or several, for each thing that is or was touched: those that meet share one.
    marks: u128,
}

/// Whether two transitions may be swapped.
#[must_use]
pub fn commutes(one: &Footprint, other: &Footprint) -> bool {
    // Most have nothing in common, and that is quickly seen.
    if one.pid != other.pid && one.marks & other.marks == 0 {
        return true;
    }
    let clash = |&(thing, touch): &(Thing, Touch)| {
        let there = other.touched.iter();
        there
            .filter(|(other, _)| other.meets(thing))
            .any(|&(_, other)| touch.clashes(other))
    };
    one.pid != other.pid && !one.touched.iter().any(clash)
}

impl Thing {
    /// Whether the two have a part in common.
    fn meets(self, other: Thing) -> bool {
        match (self, other) {
            (Thing::Memory(here, one), Thing::Memory(there, other)) => {
                here == there && one.from < other.to && other.from < one.to
            }
            _ => self == other,
        }
    }

    /// Bits that it has in common with each thing that it meets, and with few others.
    fn marks(self) -> u128 {
        let mark = |kind: u32, name: u32, part: u32| {
            let mixed = (kind + 1)
                .wrapping_mul(0x9e37_79b9)
                .wrapping_add(name)
                .wrapping_mul(0x85eb_ca6b)
                .wrapping_add(part)
                .wrapping_mul(0xc2b2_ae35);
            1 << (mixed >> 25)
        };
        match self {
            Thing::Process(pid) => mark(0, pid.0 as u32, 0),
            Thing::Status(pid) => mark(1, pid.0 as u32, 0),
            Thing::Parent(pid) => mark(2, pid.0 as u32, 0),
            Thing::Numbers => mark(3, 0, 0),
            Thing::Objects => mark(4, 0, 0),
            Thing::Bytes(id, side) => mark(5, id.0, side.into()),
            Thing::Ends(id, side) => mark(6, id.0, side.into()),
            Thing::Lock(region, offset) => mark(7, region, offset),
            Thing::Memory(region, Range { from, to }) => {
                let (first, behind) = (from / WORD, to.div_ceil(WORD));
                match behind - first {
                    0..=4 => (first..behind).fold(0, |marks, word| marks | mark(8, region, word)),
                    _ => u128::MAX,
                }
            }
            Thing::Sleepers(region, offset) => mark(9, region, offset),
            Thing::Input => mark(10, 0, 0),
            Thing::Output => mark(11, 0, 0),
            Thing::Clock => mark(12, 0, 0),
        }
    }

    /// The descriptors of the end that a descriptor leads to.
    fn ends(end: End) -> Option<Thing> {
        match end {
            End::Reading(id) => Some(Thing::Ends(id, 0)),
            End::Writing(id) => Some(Thing::Ends(id, 1)),
            End::Side(id, side) => Some(Thing::Ends(id, side)),
            End::Stdin | End::Stdout | End::Stderr | End::Watching(_) => None,
        }
    }

    /// So many bytes of a region. What lies outside of every region is refused, and touches nothing.
    fn memory(region: u32, offset: u32, bytes: u32) -> Thing {
        let to = offset.saturating_add(bytes);
        Thing::Memory(region, Range { from: offset, to })
    }
}

impl Footprint {
    /// Of a transition that touches nothing.
    #[must_use]
    pub fn none(pid: Pid) -> Footprint {
        Footprint {
            pid,
            touched: Vec::new(),
            marks: 0,
        }
    }

    /// The process whose transition it is.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// What is touched, and how.
    #[must_use]
    pub fn touched(&self) -> &[(Thing, Touch)] {
        &self.touched
    }

    /// What does not hang on who asks it.
    fn add_ask(&mut self, call: Call) {
        match call {
            Call::Now { .. } => self.look(Thing::Clock),
            Call::ParentPid {} => self.look(Thing::Parent(self.pid)),
            Call::Unlock { region, offset } => self.change(Thing::Lock(region, offset)),
            Call::Load { region, offset, .. } => self.look(Thing::memory(region, offset, 4)),
            Call::LoadWide { region, offset, .. } => self.look(Thing::memory(region, offset, 8)),
            Call::CopyOut {
                region,
                offset,
                bytes,
                ..
            } => self.look(Thing::memory(region, offset, bytes)),
            Call::Store { region, offset, .. } | Call::Add { region, offset, .. } => {
                self.change(Thing::memory(region, offset, 4));
            }
            Call::StoreWide { region, offset, .. } => {
                self.change(Thing::memory(region, offset, 8));
            }
            Call::CopyIn {
                region,
                offset,
                bytes,
                ..
            }
            | Call::Discard {
                region,
                offset,
                bytes,
            } => self.change(Thing::memory(region, offset, bytes)),
            Call::Wake { region, offset } => {
                self.touch(Thing::Sleepers(region, offset), Touch::Release(self.pid));
            }
            Call::Map { .. } | Call::IntroduceQueue { .. } => self.change(Thing::Objects),
            _ => {}
        }
    }

    /// The process asked this of the standard library before its next step.
    pub fn add_wasi(&mut self, function: usize) {
        if WASI
            .get(function)
            .is_some_and(|asked| asked.name == CLOCK_TIME_GET)
        {
            self.look(Thing::Clock);
        }
    }

    /// What `other` touches is touched too: it belongs to the same step.
    pub fn add(&mut self, other: &Footprint) {
        for &(thing, touch) in &other.touched {
            self.touch(thing, touch);
        }
    }

    /// Bits for what is touched: who has none in common with another process's touches nothing that that touches.
    #[must_use]
    pub fn marks(&self) -> u128 {
        self.marks
    }

    /// Whether it touches this so.
    #[must_use]
    pub fn has(&self, thing: Thing, touch: Touch) -> bool {
        self.touched.contains(&(thing, touch))
    }

    /// Whether it matters who comes first, this or somebody else who touches a thing so.
    #[must_use]
    pub fn clashes_over(&self, thing: Thing, touch: Touch) -> bool {
        let mut here = self.touched.iter();
        here.any(|&(other, mine)| other.meets(thing) && mine.clashes(touch))
    }

    /// Whether nothing is different behind it for anybody else.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        let mut touched = self.touched.iter();
        touched.all(|(_, touch)| matches!(touch, Touch::Look | Touch::Held(_)))
    }

    fn forget(&mut self, thing: Thing, touch: Touch) {
        self.touched.retain(|one| *one != (thing, touch));
    }

    fn look(&mut self, thing: Thing) {
        self.touch(thing, Touch::Look);
    }

    fn change(&mut self, thing: Thing) {
        self.touch(thing, Touch::Change);
    }

    fn touch(&mut self, thing: Thing, touch: Touch) {
        if !self.touched.contains(&(thing, touch)) {
            self.marks |= thing.marks();
            self.touched.push((thing, touch));
        }
    }

    fn look_at_bytes_of(&mut self, end: End) {
        match end {
            End::Reading(id) | End::Writing(id) => self.look(Thing::Bytes(id, 0)),
            End::Side(id, _) => {
                self.look(Thing::Bytes(id, 0));
                self.look(Thing::Bytes(id, 1));
            }
            End::Stdin | End::Stdout | End::Stderr | End::Watching(_) => {}
        }
    }

    /// The other end decides about end-of-file and EPIPE.
    fn look_at_peer_of(&mut self, end: End) {
        match end {
            End::Reading(id) => self.look(Thing::Ends(id, 1)),
            End::Writing(id) => self.look(Thing::Ends(id, 0)),
            End::Side(id, side) => self.look(Thing::Ends(id, 1 - side)),
            End::Stdin | End::Stdout | End::Stderr | End::Watching(_) => {}
        }
    }

    fn release(&mut self, end: End, holder: Pid) {
        if let Some(ends) = Thing::ends(end) {
            self.touch(ends, Touch::Release(holder));
        }
    }
}

#[cfg(test)]
mod tests;
