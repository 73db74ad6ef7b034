//! The rule of a step: announce, enabled, perform.

use crate::descriptor::{Descriptor, End};
use crate::limits::TRANSFER_BYTES;
use crate::memory::{Memory, Segment, check, read_u64};
use crate::pipe::Progress;
use crate::process::Pending;
use crate::stdio::WasiRequest;
use crate::word::Sleep;
use crate::{Kernel, Performed, Position, Request, Stepping, poll};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, ExitStatus, Fd, Pid, Signal};

impl Kernel {
    /// Process `pid` has stopped at `request`, which it made at `position`.
    ///
    /// Arguments are read from its memory now, those that are addresses of arguments; what is wrong with them is
    /// answered when the call is performed.
    pub fn announce<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        request: Request,
        position: Position,
        memory: &M,
    ) {
        let limit = self.config.limits.descriptors;
        let Some(process) = self.processes.get_mut(pid) else {
            return;
        };
        let mut pending = process.stop_at(request, position);
        let parsed = match request {
            Request::Begin => Ok(()),
            // The one call whose arguments need more than its process's memory.
            Request::Call(Call::Poll {
                entries,
                count,
                deadline,
            }) => parse_deadline(&mut pending, memory, deadline).and_then(|()| {
                let watched = &mut pending.watched;
                poll::parse(memory, entries, count, &process.descriptors, limit, watched)
            }),
            Request::Call(call) => parse_call(&mut pending, call, memory),
            Request::Wasi(request) => request.parse(&mut pending, memory),
        };
        pending.error = parsed.err();
        process.pending = Some(pending);
        if let Request::Call(Call::Write { .. }) | Request::Wasi(WasiRequest::Write { .. }) =
            request
            && !self.is_enabled(pid)
            && let Some(pending) = self.pending_mut(pid)
        {
            pending.slept = true;
        }
    }

    fn pending_mut(&mut self, pid: Pid) -> Option<&mut Pending> {
        self.processes.get_mut(pid)?.pending.as_deref_mut()
    }

    /// Whether the call at which a process stands would not block.
    #[inline]
    #[must_use]
    pub fn is_enabled(&self, pid: Pid) -> bool {
        self.would_go(pid, |deadline_ns| deadline_ns <= self.clock.now_ns())
    }

    #[inline]
    pub(crate) fn would_go(&self, pid: Pid, passed: impl Fn(u64) -> bool) -> bool {
        let Some(process) = self.processes.get(pid) else {
            return false;
        };
        let Some(pending) = process.pending.as_ref().filter(|_| process.is_able()) else {
            return false;
        };
        if pending.error.is_some() {
            return true;
        }
        let is_over = || pending.deadline_ns.is_some_and(&passed);
        let call = match pending.request {
            Request::Begin => return true,
            Request::Wasi(WasiRequest::Sleep { .. }) => return is_over(),
            Request::Wasi(WasiRequest::Read { fd, .. }) => return self.can_read(pid, fd, pending),
            Request::Wasi(WasiRequest::Write { fd, .. }) => {
                return self.can_write(pid, fd, pending);
            }
            Request::Wasi(_) => return true,
            Request::Call(call) => call,
        };
        match call {
            Call::Read { fd, .. } => self.can_read(pid, fd, pending),
            Call::Write { fd, .. } => self.can_write(pid, fd, pending),
            Call::Poll { .. } => {
                let told = |one| poll::told(one, &self.objects, &self.processes) != 0;
                pending.watched.iter().any(told) || is_over()
            }
            Call::Sleep { .. } => is_over(),
            Call::Wait { child, block, .. } => {
                block == 0
                    || self
                        .child_of(pid, child)
                        .map_or(true, |child| !child.is_alive())
            }
            Call::WaitOnWord { .. } => pending.sleep != Sleep::Asleep || is_over(),
            Call::Lock { region, offset, .. } => {
                let owner = self
                    .regions
                    .get(region)
                    .map(|one| one.locks().owner(offset));
                let other = owner.ok().flatten().filter(|owner| *owner != pid);
                // Who takes it twice is told so, and who does not share that memory.
                other.is_none() || !process.regions.contains(&region) || is_over()
            }
            _ => true,
        }
    }

    fn can_read(&self, pid: Pid, fd: u32, pending: &Pending) -> bool {
        match self.end_of(pid, fd).and_then(End::to_read) {
            _ if pending.total == 0 => true,
            Ok(End::Reading(id)) => self.objects.pipe(id).is_none_or(|pipe| pipe.can_read()),
            Ok(End::Side(id, side)) => self
                .objects
                .channel(id)
                .is_none_or(|channel| channel.can_read(side)),
            _ => true,
        }
    }

    fn can_write(&self, pid: Pid, fd: u32, pending: &Pending) -> bool {
        let progress = pending.progress();
        match self.end_of(pid, fd).and_then(End::to_write) {
            Ok(End::Writing(id)) => self
                .objects
                .pipe(id)
                .is_none_or(|pipe| pipe.can_write(progress)),
            Ok(End::Side(id, side)) => self
                .objects
                .channel(id)
                .is_none_or(|channel| channel.can_write(side, progress)),
            _ => true,
        }
    }

    /// What a descriptor of a process leads to.
    #[inline]
    pub(crate) fn end_of(&self, pid: Pid, fd: u32) -> Result<End, Errno> {
        let process = self.processes.get(pid).ok_or(Errno::SRCH)?;
        process.descriptors.end(Fd(fd as i32))
    }

    /// The next step begins: what is performed from here on belongs to it.
    #[inline]
    pub fn begin_step(&mut self) {
        self.step += 1;
        self.locked = None;
    }

    /// The process that took a lock at this step and stands under it at a read or write, whether it can perform that or
    /// not: what it would touch decides how far the step goes.
    #[must_use]
    pub fn under_lock(&self) -> Option<Pid> {
        let (pid, ..) = self.locked?;
        let pending = self.processes.get(pid)?.pending.as_ref()?;
        let moves_bytes = matches!(
            pending.request,
            Request::Call(Call::Read { .. } | Call::Write { .. })
        );
        (moves_bytes && self.config.stepping == Stepping::Coarse).then_some(pid)
    }

    /// The process that took a lock at this step and stands under it at a read or write which it can perform: that
    /// belongs to the same step. Asked once.
    ///
    /// Nothing is lost by it: whoever else would use what the lock guards needs the lock, so every other step could as
    /// well have come before it was taken. A kill between the two differs from one before them only in what the lock's
    /// next owner is told, of which an end makes nothing. What POSIX leaves open is a choice, which is a step. Nobody,
    /// where each access to shared memory is a step.
    #[inline]
    pub fn take_same_step(&mut self) -> Option<Pid> {
        let (pid, region, offset) = self.locked.take()?;
        if self.config.stepping == Stepping::Fine {
            return None;
        }
        let owner = self.regions.get(region).ok()?.locks().owner(offset);
        let pending = self.processes.get(pid)?.pending.as_ref()?;
        let moves_bytes = matches!(
            pending.request,
            Request::Call(Call::Read { .. } | Call::Write { .. })
        );
        let goes_on =
            owner == Some(pid) && moves_bytes && self.is_enabled(pid) && self.grants(pid).is_none();
        goes_on.then_some(pid)
    }

    /// The wait at which a process stands gives up: the clock moves to its deadline. To be performed next.
    pub fn time_out(&mut self, pid: Pid) {
        if let Some(deadline_ns) = self.deadline(pid) {
            self.clock.advance_to(deadline_ns);
        }
    }

    /// Performs the call at which process `pid` stands, which is enabled, or whose wait gives up ([`Kernel::time_out`]);
    /// `grant` is the scheduler's choice among [`Kernel::grants`], or [`Kernel::divisible`].
    pub fn perform<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        grant: Option<u32>,
        memory: &mut M,
    ) -> Performed {
        let step = self.step;
        let Some(process) = self.processes.get_mut(pid) else {
            return Performed::Gone;
        };
        let Some(mut pending) = process.pending.take() else {
            return Performed::Gone;
        };
        if pending.began == 0 {
            pending.began = step;
        }
        let performed = match pending.request {
            request if let Some(errno) = pending.error => {
                Err(self.first_error(pid, request).unwrap_or(errno))
            }
            Request::Begin => Ok(Performed::Answer(0)),
            Request::Call(call) => self.perform_call(pid, call, &mut pending, grant, memory),
            Request::Wasi(request) => self.perform_wasi(pid, request, &mut pending, memory),
        };
        let performed = performed.unwrap_or_else(|errno| match pending.request {
            Request::Wasi(_) => Performed::Answer(crate::stdio::wasi_errno(errno)),
            _ => Performed::Answer(-errno.raw()),
        });
        let Some(process) = self.processes.get_mut(pid) else {
            return Performed::Gone;
        };
        if !process.is_alive() {
            process.spare = Some(pending);
            return Performed::Gone;
        }
        match performed {
            Performed::Partly => process.pending = Some(pending),
            _ => process.spare = Some(pending),
        }
        performed
    }

    fn perform_call<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        call: Call,
        pending: &mut Pending,
        grant: Option<u32>,
        memory: &mut M,
    ) -> Result<Performed, Errno> {
        let position = pending.position;
        let answer = match call {
            Call::Read { fd, .. } => self.read(pid, fd, pending, grant, memory)? as i32,
            Call::Write { fd, .. } => return self.write(pid, fd, pending, grant, memory),
            Call::Pipe { out } => self.make_pair(pid, false, out, position, memory)?,
            Call::Channel { out } => self.make_pair(pid, true, out, position, memory)?,
            Call::Poll { entries, .. } => {
                let watched = &pending.watched;
                let ready = poll::answer(memory, entries, watched, &self.objects, &self.processes)?;
                ready as i32
            }
            Call::Duplicate { fd } => self.duplicate(pid, fd, position)?,
            Call::Close { fd } => self.close(pid, fd)?,
            Call::LayDown { writing, reading } => self.lay_down(pid, writing, reading)?,
            Call::TakeUp { writing, reading } => self.take_up(pid, writing, reading)?,
            Call::SetCapacity { fd, bytes } => {
                let end = self.end_of(pid, fd)?;
                let id = end.object().ok_or(Errno::BADF)?;
                self.objects.set_capacity(id, bytes).map(|()| 0)?
            }
            Call::Fork {
                closure,
                name,
                name_bytes,
            } => {
                let child = self.fork(pid, position, (name, name_bytes), memory)?;
                return Ok(Performed::Forked { child, closure });
            }
            Call::Exit { code } => {
                self.end(pid, ExitStatus::Exited((code & 0xff) as i32));
                return Ok(Performed::Gone);
            }
            Call::Wait { child, status, .. } => self.take_status(pid, child, status, memory)?,
            Call::Kill { pid: to, signal } => {
                self.signal(pid, to, Signal(signal as i32)).map(|()| 0)?
            }
            Call::OpenProcess { child } => {
                self.has_descriptors(pid, 1)?;
                let end = self.watch(child)?;
                self.add_descriptor(pid, end, position)?.0
            }
            Call::DieWithParent { parent } => self.die_with_parent(pid, parent)?,
            Call::Lock { region, offset, .. } => self.lock(pid, region, offset)?,
            Call::WaitOnWord {
                region,
                offset,
                expected,
                ..
            } => return self.wait_on_word(pid, region, offset, expected, pending),
            Call::Sleep { .. } => 0,
            // The others are steps only where each access to shared memory is one.
            _ => self.ask(pid, call, memory),
        };
        Ok(Performed::Answer(answer))
    }

    /// What Linux looks at before it looks at addresses and lengths: the descriptor of a read or write.
    fn first_error(&self, pid: Pid, request: Request) -> Option<Errno> {
        let end = match request {
            Request::Call(Call::Read { fd, .. }) | Request::Wasi(WasiRequest::Read { fd, .. }) => {
                self.end_of(pid, fd).and_then(End::to_read)
            }
            Request::Call(Call::Write { fd, .. })
            | Request::Wasi(WasiRequest::Write { fd, .. }) => {
                self.end_of(pid, fd).and_then(End::to_write)
            }
            _ => return None,
        };
        end.err()
    }

    fn die_with_parent(&mut self, pid: Pid, parent: u32) -> Result<i32, Errno> {
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        if process.parent != parent as i32 || process.adopted {
            return Err(Errno::SRCH);
        }
        process.dies_with_parent = true;
        Ok(0)
    }

    fn make_pair<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        two_way: bool,
        out: u32,
        position: Position,
        memory: &mut M,
    ) -> Result<i32, Errno> {
        check(memory, out, 8)?;
        self.has_descriptors(pid, 2)?;
        self.objects.has_room(&self.config.limits)?;
        let bytes = self.choose_capacity();
        let ends = if two_way {
            let id = self.objects.make_channel(bytes);
            [End::Side(id, 0), End::Side(id, 1)]
        } else {
            let id = self.objects.make_pipe(bytes);
            [End::Reading(id), End::Writing(id)]
        };
        for (index, end) in ends.into_iter().enumerate() {
            let fd = self.add_descriptor(pid, end, position)?;
            memory.write(out + 4 * index as u32, &fd.0.to_le_bytes())?;
        }
        Ok(0)
    }

    fn duplicate(&mut self, pid: Pid, fd: u32, position: Position) -> Result<i32, Errno> {
        let end = self.end_of(pid, fd)?;
        self.has_descriptors(pid, 1)?;
        self.objects.hold(end);
        Ok(self.add_descriptor(pid, end, position)?.0)
    }

    pub(crate) fn close(&mut self, pid: Pid, fd: u32) -> Result<i32, Errno> {
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        let end = process.descriptors.remove(Fd(fd as i32))?;
        self.objects.release(end);
        Ok(0)
    }

    /// As dup2(2): the number of a writing end becomes one more of the reading end.
    fn lay_down(&mut self, pid: Pid, writing: u32, reading: u32) -> Result<i32, Errno> {
        let (old, new) = (self.end_of(pid, writing)?, self.end_of(pid, reading)?);
        match (old, new) {
            (End::Writing(id), End::Reading(same)) if id == same => {}
            _ => return Err(Errno::BADF),
        }
        self.change_end(pid, writing, new)
    }

    /// As open(2) of a pipe that has a name: a new writing end, where the one was that was laid down.
    fn take_up(&mut self, pid: Pid, writing: u32, reading: u32) -> Result<i32, Errno> {
        let (old, new) = (self.end_of(pid, writing)?, self.end_of(pid, reading)?);
        match (old, new) {
            (End::Reading(id), End::Reading(same)) if id == same && writing != reading => {
                self.change_end(pid, writing, End::Writing(id))
            }
            _ => Err(Errno::BADF),
        }
    }

    /// A descriptor leads elsewhere from now on.
    fn change_end(&mut self, pid: Pid, fd: u32, to: End) -> Result<i32, Errno> {
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        let from = process.descriptors.lead_to(Fd(fd as i32), to)?;
        self.objects.hold(to);
        self.objects.release(from);
        Ok(0)
    }

    fn has_descriptors(&self, pid: Pid, more: usize) -> Result<(), Errno> {
        let process = self.processes.get(pid).ok_or(Errno::SRCH)?;
        process
            .descriptors
            .has_room(more, self.config.limits.descriptors)
    }

    fn add_descriptor(&mut self, pid: Pid, end: End, position: Position) -> Result<Fd, Errno> {
        let descriptor = Descriptor {
            end,
            made_at: self.step,
            made_from: position,
            inherited_at: None,
        };
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        Ok(process.descriptors.add(descriptor))
    }
}

impl Pending {
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            total: self.total,
            done: self.done,
        }
    }
}

#[inline]
fn parse_call<M: Memory + ?Sized>(
    pending: &mut Pending,
    call: Call,
    memory: &M,
) -> Result<(), Errno> {
    match call {
        Call::Read { address, bytes, .. } => {
            pending.segments.push(Segment { address, bytes });
            pending.total = bytes as usize;
            Ok(())
        }
        Call::Write {
            header,
            header_bytes,
            payload,
            payload_bytes,
            ..
        } => {
            let total = u64::from(header_bytes) + u64::from(payload_bytes);
            if total > TRANSFER_BYTES {
                return Err(Errno::INVAL);
            }
            for (address, bytes) in [(header, header_bytes), (payload, payload_bytes)] {
                check(memory, address, bytes)?;
                pending.segments.push(Segment { address, bytes });
            }
            pending.total = total as usize;
            Ok(())
        }
        Call::Sleep { deadline }
        | Call::Lock { deadline, .. }
        | Call::WaitOnWord { deadline, .. } => parse_deadline(pending, memory, deadline),
        _ => Ok(()),
    }
}

/// A deadline is the address of its nanoseconds, or 0 for none.
fn parse_deadline<M: Memory + ?Sized>(
    pending: &mut Pending,
    memory: &M,
    address: u32,
) -> Result<(), Errno> {
    if address != 0 {
        pending.deadline_ns = Some(read_u64(memory, address)?);
    }
    Ok(())
}
