//! Read and write: bytes between a guest's memory and what a descriptor leads to.

use crate::descriptor::End;
use crate::limits::{PIPE_BUF, PRINT_BYTES};
use crate::memory::{Memory, Segment};
use crate::process::Pending;
use crate::stream::Preview;
use crate::{Kernel, Output, Performed, Profile, Request, Stream};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Pid};

impl Kernel {
    /// How much a new pipe or channel holds: under POSIX nobody says, so the run's seed does.
    pub(crate) fn choose_capacity(&mut self) -> Option<usize> {
        (self.config.profile == Profile::Posix).then(|| {
            let mut drawn = [0; 2];
            self.random.fill(&mut drawn);
            let pages = 1 + usize::from(u16::from_le_bytes(drawn) % 16);
            pages * PIPE_BUF
        })
    }

    /// Under POSIX, how many bytes the read or write at which a process stands may move, when that is not said: from
    /// the first number to the second. The scheduler chooses.
    #[inline]
    #[must_use]
    pub fn grants(&self, pid: Pid) -> Option<(u32, u32)> {
        match self.config.profile {
            Profile::Linux => None,
            Profile::Posix => self.divisible(pid),
        }
    }

    /// The least and the most bytes that the read or write at which a process stands could move now: any number from
    /// the one to the other, if the scheduler cuts it short. Nothing if it moves all of its bytes or none.
    #[must_use]
    pub fn divisible(&self, pid: Pid) -> Option<(u32, u32)> {
        let process = self.processes.get(pid).filter(|one| one.is_able())?;
        let pending = process.pending.as_ref()?;
        let most = match pending.request {
            _ if pending.error.is_some() => return None,
            Request::Call(Call::Read { fd, .. }) => self.readable_bytes(pid, fd, pending),
            Request::Call(Call::Write { fd, .. }) => self.divisible_bytes(pid, fd, pending),
            _ => return None,
        };
        (most > 1).then_some((1, most as u32))
    }

    /// How many bytes a read would find.
    pub(crate) fn readable_bytes(&self, pid: Pid, fd: u32, pending: &Pending) -> usize {
        let there = match self.end_of(pid, fd) {
            Ok(End::Reading(id)) => self.objects.pipe(id).map(|pipe| pipe.stream().bytes()),
            Ok(End::Side(id, side)) => {
                let channel = self.objects.channel(id);
                channel.map(|channel| channel.stream_from(1 - side).bytes())
            }
            _ => None,
        };
        there.unwrap_or(0).min(pending.total)
    }

    /// How many bytes of a write find room, if it may be cut anywhere and somebody could read them.
    pub(crate) fn divisible_bytes(&self, pid: Pid, fd: u32, pending: &Pending) -> usize {
        let progress = pending.progress();
        match self.end_of(pid, fd) {
            Ok(End::Writing(_)) if pending.total <= PIPE_BUF => 0,
            Ok(End::Writing(id)) => match self.objects.pipe(id) {
                Some(pipe) if pipe.readers() > 0 => pipe.admits(progress),
                _ => 0,
            },
            Ok(End::Side(id, side)) => match self.objects.channel(id) {
                Some(channel) if channel.holders(1 - side) > 0 => channel.admits(side, progress),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Moves up to `pending.total` bytes into its segments; `grant` bounds them further.
    pub(crate) fn read<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        fd: u32,
        pending: &Pending,
        grant: Option<u32>,
        memory: &mut M,
    ) -> Result<u32, Errno> {
        let end = self.end_of(pid, fd)?.to_read()?;
        if end == End::Stdin {
            return self.read_stdin(pending, memory);
        }
        let granted = grant.map_or(usize::MAX, |grant| grant.max(1) as usize);
        let take = self.readable_bytes(pid, fd, pending).min(granted);
        match end {
            End::Reading(id) => {
                let pipe = self.objects.pipe_mut(id).ok_or(Errno::BADF)?;
                pipe.read(memory, &pending.segments, take)?;
            }
            End::Side(id, side) => {
                let channel = self.objects.channel_mut(id).ok_or(Errno::BADF)?;
                if take == 0 && pending.total > 0 {
                    return channel.read_at_end(side);
                }
                channel.read(side, memory, &pending.segments, take)?;
            }
            _ => return Err(Errno::BADF),
        }
        Ok(take as u32)
    }

    fn read_stdin<M: Memory + ?Sized>(
        &mut self,
        pending: &Pending,
        memory: &mut M,
    ) -> Result<u32, Errno> {
        let mut taken = 0;
        for segment in &pending.segments {
            let left = &self.config.stdin[self.stdin_read..];
            let part = &left[..left.len().min(segment.bytes as usize)];
            memory.write(segment.address, part)?;
            self.stdin_read += part.len();
            taken += part.len() as u32;
        }
        Ok(taken)
    }

    /// Takes what finds room of a write; it answers when all is taken.
    pub(crate) fn write<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        fd: u32,
        pending: &mut Pending,
        grant: Option<u32>,
        memory: &mut M,
    ) -> Result<Performed, Errno> {
        let end = self.end_of(pid, fd)?.to_write()?;
        let progress = pending.progress();
        let granted = grant.map_or(usize::MAX, |grant| grant.max(1) as usize);
        let (record, began, total) = (self.record, pending.began, pending.total);
        let take = match end {
            End::Writing(id) => {
                let pipe = self.objects.pipe_mut(id).ok_or(Errno::BADF)?;
                if pipe.readers() == 0 && total > 0 {
                    return Err(Errno::PIPE);
                }
                let take = pipe.admits(progress).min(granted);
                pipe.write(memory, &pending.segments, progress, take)?;
                if record && take > 0 {
                    let preview = preview(pending, memory);
                    pipe.stream_mut().note(pid, began, take, preview);
                }
                take
            }
            End::Side(id, side) => {
                let channel = self.objects.channel_mut(id).ok_or(Errno::BADF)?;
                if let Some(errno) = channel.refuses(side, pending.slept) {
                    return Err(errno);
                }
                let take = channel.admits(side, progress).min(granted);
                channel.write(side, memory, &pending.segments, progress, take)?;
                if record && take > 0 {
                    let preview = preview(pending, memory);
                    channel
                        .stream_from_mut(side)
                        .note(pid, began, take, preview);
                }
                take
            }
            End::Stdout => self.print(pid, Stream::Stdout, pending, memory)?,
            End::Stderr => self.print(pid, Stream::Stderr, pending, memory)?,
            _ => return Err(Errno::BADF),
        };
        pending.done += take;
        if pending.done == total {
            return Ok(Performed::Answer(total as i32));
        }
        pending.slept = true;
        Ok(Performed::Partly)
    }

    /// Keeps for the driver what is printed, up to [`PRINT_BYTES`] at a time.
    fn print<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        stream: Stream,
        pending: &Pending,
        memory: &M,
    ) -> Result<usize, Errno> {
        let take = (pending.total - pending.done).min(PRINT_BYTES);
        if self.output_bytes + take > self.config.limits.output_bytes {
            return Err(Errno::IO);
        }
        let mut bytes = vec![0; take];
        let mut filled = 0;
        let mut skip = pending.done;
        for segment in &pending.segments {
            let before = skip.min(segment.bytes as usize);
            skip -= before;
            let part = (segment.bytes as usize - before).min(take - filled);
            let from = segment.address.wrapping_add(before as u32);
            memory.read(from, &mut bytes[filled..filled + part])?;
            filled += part;
        }
        if take > 0 {
            self.output_bytes += take;
            let name = self.processes.get(pid).map(|process| process.name.clone());
            self.output.push(Output {
                step: self.step,
                pid,
                name: name.unwrap_or_default(),
                stream,
                bytes,
            });
        }
        Ok(take)
    }
}

/// The beginning of what a write carries, without its header.
fn preview<M: Memory + ?Sized>(pending: &Pending, memory: &M) -> Preview {
    let payload = match pending.request {
        Request::Call(Call::Write {
            payload,
            payload_bytes,
            ..
        }) => Segment {
            address: payload,
            bytes: payload_bytes,
        },
        _ => match pending.segments.first() {
            Some(segment) => *segment,
            None => return Preview::default(),
        },
    };
    Preview::of(memory, payload)
}
