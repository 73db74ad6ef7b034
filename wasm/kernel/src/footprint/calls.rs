//! What each call touches.

use super::{Footprint, Need, Thing};
use crate::descriptor::End;
use crate::sentence::Act;
use crate::word::Sleep;
use crate::{Kernel, Request, Stepping, WasiRequest};
use forktalk_abi::wire::{Call, Step};
use forktalk_abi::{Pid, Signal};

impl Kernel {
    /// What the next transition of a process touches, if `act` happens to it.
    #[must_use]
    pub fn footprint(&self, pid: Pid, act: Act) -> Footprint {
        let mut footprint = Footprint::none(pid);
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

    /// A process asks this before its next step: adds what that touches.
    pub fn add_ask(&self, pid: Pid, call: Call, footprint: &mut Footprint) {
        match call {
            Call::Unmap { region } => self.touch_locks_held(pid, region, footprint),
            other => footprint.add_ask(other),
        }
    }

    /// What must be so that the step at which a process stands can be taken.
    #[must_use]
    pub fn need(&self, pid: Pid) -> Need {
        let process = self.processes.get(pid);
        let Some(pending) = process.and_then(|process| process.pending.as_ref()) else {
            return Need::Unknown;
        };
        let is_fine = self.config.stepping == Stepping::Fine;
        match pending.request {
            Request::Begin => Need::Nothing,
            Request::Call(call) => match call {
                Call::Pipe { .. }
                | Call::Channel { .. }
                | Call::Duplicate { .. }
                | Call::Close { .. }
                | Call::LayDown { .. }
                | Call::TakeUp { .. }
                | Call::Fork { .. } => Need::Nothing,
                // What its end is to its children hangs on whether they live.
                Call::Exit { .. } if !self.has_children(pid) => Need::Nothing,
                Call::Wait { child, block, .. } if block != 0 => {
                    Need::End(Thing::Status(Pid(child as i32)))
                }
                Call::WaitOnWord { region, offset, .. } if pending.sleep != Sleep::Awake => {
                    Need::Wake(Thing::Sleepers(region, offset))
                }
                // It looks, and answers or falls asleep.
                Call::WaitOnWord { .. } if is_fine => Need::Nothing,
                Call::Lock { region, offset, .. } if is_fine => {
                    Need::Lock(Thing::Lock(region, offset))
                }
                Call::Read { fd, .. } => self.need_to_read(pid, fd),
                other if other.step() == Step::Fine => Need::Nothing,
                _ => Need::Unknown,
            },
            Request::Wasi(WasiRequest::Read { fd, .. }) => self.need_to_read(pid, fd),
            Request::Wasi(WasiRequest::Write { fd, .. }) => match self.end_of(pid, fd) {
                Ok(End::Stdout | End::Stderr) => Need::Nothing,
                _ => Need::Unknown,
            },
            Request::Wasi(_) => Need::Unknown,
        }
    }

    /// Whether a process ever was another's parent.
    fn has_children(&self, pid: Pid) -> bool {
        let mut all = self.processes.all.iter();
        all.any(|process| process.parent == pid.0)
    }

    fn need_to_read(&self, pid: Pid, fd: u32) -> Need {
        match self.end_of(pid, fd) {
            Ok(End::Reading(id)) => Need::Bytes(Thing::Bytes(id, 0)),
            Ok(End::Side(id, side)) => Need::Bytes(Thing::Bytes(id, 1 - side)),
            _ => Need::Unknown,
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
    pub(super) fn first_holder(&self, ends: Thing) -> Option<Pid> {
        let mut alive = self.processes.alive.iter().copied();
        alive.find(|pid| self.holds(*pid, ends))
    }

    pub(super) fn holds(&self, pid: Pid, ends: Thing) -> bool {
        let process = self.processes.get(pid);
        let mut own = process.into_iter().flat_map(|one| one.descriptors.iter());
        own.any(|(_, descriptor)| Thing::ends(descriptor.end) == Some(ends))
    }

    /// A process gives up a region, and its locks there.
    fn touch_locks_held(&self, pid: Pid, region: u32, footprint: &mut Footprint) {
        let locks = self.regions.get(region).map(|one| one.locks().held_by(pid));
        for offset in locks.into_iter().flatten() {
            footprint.change(Thing::Lock(region, offset));
        }
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
            self.touch_locks_held(pid, region, footprint);
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
