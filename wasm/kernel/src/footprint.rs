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
//! A process runs on after its step, and may ask for what is no step: [`Footprint::add_ask`] adds that to the step. A
//! step that takes a lock may go on with a read or write under it ([`Kernel::take_same_step`]): it touches what both do.
//! Where each access to shared memory is a step, the same is what that step touches.
//!
//! Once a read or write was performed, more is known of it: `streams.rs` says which bytes it moved, and a write commutes
//! with a read of other bytes.

mod streams;

pub use streams::{Moving, Streams};

use crate::descriptor::End;
use crate::object::ObjectId;
use crate::sentence::Act;
use crate::stdio::{CLOCK_TIME_GET, WASI};
use crate::word::Sleep;
use crate::{Kernel, Request, Stepping, WasiRequest};
use forktalk_abi::wire::{Call, Step};
use forktalk_abi::{Pid, Signal};

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
    /// All robust locks of a region.
    Locks(u32),
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

/// What a transition touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint {
    pid: Pid,
    touched: Vec<(Thing, Touch)>,
}

/// Whether two transitions may be swapped.
#[must_use]
pub fn commutes(one: &Footprint, other: &Footprint) -> bool {
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
            (Thing::Locks(here), Thing::Lock(there, _))
            | (Thing::Lock(here, _), Thing::Locks(there)) => here == there,
            _ => self == other,
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

    /// The process asked this before its next step.
    pub fn add_ask(&mut self, call: Call) {
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
            // The locks that it holds there are released.
            Call::Unmap { region } => self.change(Thing::Locks(region)),
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

impl Kernel {
    /// What the next transition of a process touches, if `act` happens to it.
    #[must_use]
    pub fn footprint(&self, pid: Pid, act: Act) -> Footprint {
        let mut footprint = Footprint {
            pid,
            touched: Vec::new(),
        };
        match act {
            Act::Kill => self.touch_end_of(pid, &mut footprint),
            Act::Timeout => {
                footprint.change(Thing::Clock);
                self.touch_call_of(pid, &mut footprint);
            }
            Act::Go => self.touch_call_of(pid, &mut footprint),
            // What is not performed touches nothing, and whether it could be does not matter.
            Act::Fail | Act::Interrupt => footprint.look(Thing::Process(pid)),
            // It still holds what it holds, so nobody else finds anything changed but who would end it.
            Act::Stop => footprint.change(Thing::Process(pid)),
        }
        footprint
    }

    /// The lock that a process stands before, if to take it is all that its step will do.
    #[must_use]
    pub fn lock_before(&self, pid: Pid) -> Option<Thing> {
        let pending = self.processes.get(pid)?.pending.as_ref()?;
        match pending.request {
            Request::Call(Call::Lock { region, offset, .. }) if self.is_fine() => {
                Some(Thing::Lock(region, offset))
            }
            _ => None,
        }
    }

    fn is_fine(&self) -> bool {
        self.config.stepping == Stepping::Fine
    }

    /// Whether the call at which a process stands never waits, and touches the same whatever the others did: then nothing
    /// need be tried to know what it would be at another moment.
    #[must_use]
    pub fn is_fixed(&self, pid: Pid) -> bool {
        let process = self.processes.get(pid);
        let Some(pending) = process.and_then(|process| process.pending.as_ref()) else {
            return false;
        };
        match pending.request {
            Request::Begin => true,
            Request::Call(call) => match call {
                Call::Pipe { .. }
                | Call::Channel { .. }
                | Call::Duplicate { .. }
                | Call::Close { .. }
                | Call::Fork { .. } => true,
                // It looks, and answers or falls asleep.
                Call::WaitOnWord { .. } => self.is_fine() && pending.sleep == Sleep::Awake,
                other => other.step() == Step::Fine,
            },
            Request::Wasi(WasiRequest::Write { fd, .. }) => {
                matches!(self.end_of(pid, fd), Ok(End::Stdout | End::Stderr))
            }
            Request::Wasi(_) => false,
        }
    }

    fn touch_call_of(&self, pid: Pid, footprint: &mut Footprint) {
        footprint.look(Thing::Process(pid));
        let process = self.processes.get(pid);
        let Some(pending) = process.and_then(|process| process.pending.as_ref()) else {
            return;
        };
        if pending.deadline_ns.is_some() {
            footprint.look(Thing::Clock);
        }
        match pending.request {
            Request::Begin => {}
            // It has looked at the word, and now only a wake counts.
            Request::Call(Call::WaitOnWord { region, offset, .. })
                if pending.sleep != Sleep::Awake =>
            {
                footprint.look(Thing::Sleepers(region, offset));
            }
            Request::Call(call) => self.touch_by(pid, call, footprint),
            Request::Wasi(request) => self.touch_by_wasi(pid, request, footprint),
        }
    }

    fn touch_by(&self, pid: Pid, call: Call, footprint: &mut Footprint) {
        match call {
            Call::Read { fd, .. } => self.touch_by_read(pid, fd, footprint),
            Call::Write { fd, .. } => self.touch_by_write(pid, fd, footprint),
            Call::Poll { .. } => self.touch_by_poll(pid, footprint),
            Call::Close { fd } => self.touch_by_close(pid, fd, footprint),
            // One more reading end, beside one that is held, is nothing to others.
            Call::LayDown { writing, .. } => self.touch_by_close(pid, writing, footprint),
            // Whether it is the first writing end is seen by others.
            Call::TakeUp { reading, .. } => {
                if let Ok(End::Reading(id)) = self.end_of(pid, reading) {
                    footprint.change(Thing::Ends(id, 1));
                }
            }
            Call::Pipe { .. } | Call::Channel { .. } => footprint.change(Thing::Objects),
            Call::SetCapacity { fd, .. } => {
                if let Ok(End::Reading(id) | End::Writing(id)) = self.end_of(pid, fd) {
                    footprint.change(Thing::Bytes(id, 0));
                }
            }
            Call::Fork { .. } => footprint.change(Thing::Numbers),
            Call::Exit { .. } => self.touch_end_of(pid, footprint),
            Call::Wait { child, .. } => footprint.change(Thing::Status(Pid(child as i32))),
            Call::Kill { pid: to, signal } => match Signal(signal as i32) {
                Signal::NONE => footprint.look(Thing::Status(Pid(to as i32))),
                _ => self.touch_end_of(Pid(to as i32), footprint),
            },
            Call::OpenProcess { child } => {
                footprint.look(Thing::Status(Pid(child as i32)));
                footprint.change(Thing::Objects);
            }
            Call::DieWithParent { parent } => {
                footprint.change(Thing::Process(pid));
                footprint.look(Thing::Parent(pid));
                footprint.look(Thing::Status(Pid(parent as i32)));
            }
            Call::Lock { region, offset, .. } => footprint.change(Thing::Lock(region, offset)),
            Call::WaitOnWord { region, offset, .. } => {
                footprint.look(Thing::memory(region, offset, 4));
                footprint.look(Thing::Sleepers(region, offset));
            }
            // A copy of an end that is held is never the first or the last of its kind.
            Call::Duplicate { .. } | Call::Sleep { .. } => {}
            other => footprint.add_ask(other),
        }
    }

    fn touch_by_wasi(&self, pid: Pid, request: WasiRequest, footprint: &mut Footprint) {
        match request {
            WasiRequest::Write { fd, .. } => self.touch_by_write(pid, fd, footprint),
            WasiRequest::Read { fd, .. } => self.touch_by_read(pid, fd, footprint),
            WasiRequest::Close { fd } => self.touch_by_close(pid, fd, footprint),
            WasiRequest::Exit { .. } => self.touch_end_of(pid, footprint),
            WasiRequest::Sleep { .. } | WasiRequest::Yield => {}
        }
    }

    fn touch_by_read(&self, pid: Pid, fd: u32, footprint: &mut Footprint) {
        let Ok(end) = self.end_of(pid, fd) else {
            return;
        };
        footprint.look_at_peer_of(end);
        match end {
            End::Stdin => footprint.change(Thing::Input),
            End::Reading(id) => footprint.change(Thing::Bytes(id, 0)),
            End::Side(id, side) => footprint.change(Thing::Bytes(id, 1 - side)),
            _ => {}
        }
    }

    fn touch_by_write(&self, pid: Pid, fd: u32, footprint: &mut Footprint) {
        let Ok(end) = self.end_of(pid, fd) else {
            return;
        };
        footprint.look_at_peer_of(end);
        match end {
            End::Stdout | End::Stderr => footprint.change(Thing::Output),
            End::Writing(id) => footprint.change(Thing::Bytes(id, 0)),
            End::Side(id, side) => footprint.change(Thing::Bytes(id, side)),
            _ => {}
        }
    }

    fn touch_by_poll(&self, pid: Pid, footprint: &mut Footprint) {
        let process = self.processes.get(pid);
        let pending = process.and_then(|process| process.pending.as_ref());
        for end in pending
            .into_iter()
            .flat_map(|p| p.watched.iter().filter_map(|one| one.end))
        {
            footprint.look_at_bytes_of(end);
            footprint.look_at_peer_of(end);
            if let End::Watching(id) = end
                && let Some(watched) = self.objects.watched(id)
            {
                footprint.look(Thing::Status(watched));
            }
        }
    }

    fn touch_by_close(&self, pid: Pid, fd: u32, footprint: &mut Footprint) {
        let Ok(end) = self.end_of(pid, fd) else {
            return;
        };
        // One copy of several is nothing to others.
        let process = self.processes.get(pid);
        let own = process.into_iter().flat_map(|one| one.descriptors.iter());
        if own.filter(|(_, descriptor)| descriptor.end == end).count() == 1 {
            footprint.release(end, pid);
        }
    }

    /// The process of the lowest number that holds an end.
    fn first_holder(&self, ends: Thing) -> Option<Pid> {
        let mut alive = self.processes.alive.iter().copied();
        alive.find(|pid| self.holds(*pid, ends))
    }

    fn holds(&self, pid: Pid, ends: Thing) -> bool {
        let process = self.processes.get(pid);
        let mut own = process.into_iter().flat_map(|one| one.descriptors.iter());
        own.any(|(_, descriptor)| Thing::ends(descriptor.end) == Some(ends))
    }

    /// A process ends: so do its descriptors, its locks, and the children that die with it; the others get a parent.
    fn touch_end_of(&self, pid: Pid, footprint: &mut Footprint) {
        footprint.change(Thing::Process(pid));
        footprint.change(Thing::Status(pid));
        footprint.look(Thing::Parent(pid));
        let Some(process) = self.processes.get(pid) else {
            return;
        };
        for (_, descriptor) in process.descriptors.iter() {
            footprint.release(descriptor.end, pid);
        }
        for &region in &process.regions {
            let locks = self
                .regions
                .get(region)
                .map(|region| region.locks().held_by(pid));
            for offset in locks.into_iter().flatten() {
                footprint.change(Thing::Lock(region, offset));
            }
        }
        for child in &self.processes.all {
            if child.parent == pid.0 && child.pid != pid.0 {
                let number = Pid(child.pid);
                footprint.change(Thing::Parent(number));
                match child.is_alive() {
                    // Nobody will ask for its status any more.
                    false => footprint.change(Thing::Status(number)),
                    true if child.dies_with_parent => self.touch_end_of(number, footprint),
                    true => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
