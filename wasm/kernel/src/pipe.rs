//! Pipes: one way, bytes in order, end-of-file when the last writer is gone.
//!
//! Under Linux a pipe is not a ring of 65536 bytes but 16 slots of one page each. A write goes into the last page
//! if it fits there whole, and otherwise begins a new one; a page is given back only when it is read out. So 65536
//! writes of one byte fit, but only 13104 of five. This is `anon_pipe_write` and `anon_pipe_read` of Linux's
//! `fs/pipe.c`, step for step. Under POSIX a pipe is so many bytes.

use crate::limits::{PAGE_BYTES, PIPE_BUF, PIPE_MAX_SLOTS};
use crate::memory::{Memory, Segment};
use crate::object::ObjectId;
use crate::poll::{ERR, HUP, IN, OUT, RDNORM, WRNORM};
use crate::stream::Stream;
use forktalk_abi::Errno;
use std::collections::VecDeque;

/// A pipe.
#[derive(Debug, Default, Hash)]
pub struct Pipe {
    stream: Stream,
    room: Room,
    /// The pages in use, the oldest first; unused under POSIX.
    slots: VecDeque<Slot>,
    /// Descriptors of all processes that lead to the reading end.
    readers: u32,
    /// Descriptors of all processes that lead to the writing end.
    writers: u32,
    /// The queue that it is a part of, and by which of its places to wait at: it may outlive the queue's memory.
    queue: Option<(ObjectId, usize)>,
}

/// How much may lie in a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Room {
    /// So many pages, as Linux has it.
    Slots(usize),
    /// So many bytes, as POSIX leaves open; at least [`PIPE_BUF`].
    Bytes(usize),
}

impl Default for Room {
    fn default() -> Room {
        Room::Slots(crate::limits::PIPE_SLOTS)
    }
}

/// A page of which bytes `start` to `end` are to be read.
#[derive(Clone, Copy, Debug, Hash)]
struct Slot {
    start: u16,
    end: u16,
}

impl Slot {
    fn bytes(self) -> usize {
        usize::from(self.end - self.start)
    }

    fn free(self) -> usize {
        PAGE_BYTES - usize::from(self.end)
    }
}

/// A write on its way: `total` bytes, of which `done` were taken before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub(crate) total: usize,
    pub(crate) done: usize,
}

impl Pipe {
    /// Makes it new, with one descriptor for each end, and keeps the memory.
    pub(crate) fn renew(&mut self, room: Room) {
        self.stream.clear();
        self.slots.clear();
        self.room = room;
        self.readers = 1;
        self.writers = 1;
        self.queue = None;
    }

    pub(crate) fn queue(&self) -> Option<(ObjectId, usize)> {
        self.queue
    }

    pub(crate) fn join_queue(&mut self, number: ObjectId, place: usize) {
        self.queue = Some((number, place));
    }

    /// The bytes that lie there.
    #[inline]
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    #[inline]
    pub(crate) fn stream_mut(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// The descriptors, of all processes together, through which it can be read.
    #[inline]
    #[must_use]
    pub fn readers(&self) -> u32 {
        self.readers
    }

    /// The descriptors, of all processes together, through which it can be written.
    #[inline]
    #[must_use]
    pub fn writers(&self) -> u32 {
        self.writers
    }

    #[inline]
    pub(crate) fn readers_mut(&mut self) -> &mut u32 {
        &mut self.readers
    }

    #[inline]
    pub(crate) fn writers_mut(&mut self) -> &mut u32 {
        &mut self.writers
    }

    pub(crate) fn room(&self) -> Room {
        self.room
    }

    /// How many bytes it holds at most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        match self.room {
            Room::Slots(slots) => slots * PAGE_BYTES,
            Room::Bytes(bytes) => bytes,
        }
    }

    /// The pages that count against the user's limit.
    pub(crate) fn pages(&self) -> usize {
        self.capacity().div_ceil(PAGE_BYTES)
    }

    /// Whether a read of at least one byte answers at once.
    #[inline]
    pub(crate) fn can_read(&self) -> bool {
        self.stream.bytes() > 0 || self.writers == 0
    }

    /// Whether a write answers, or takes a part of its bytes, at once.
    #[inline]
    pub(crate) fn can_write(&self, write: Progress) -> bool {
        write.total == 0 || self.readers == 0 || self.admits(write) > 0
    }

    /// How many bytes of `write` find room now.
    #[inline]
    pub(crate) fn admits(&self, write: Progress) -> usize {
        let left = write.total - write.done;
        match self.room {
            Room::Slots(limit) => {
                let merged = self.merges(write);
                let pages = limit.saturating_sub(self.slots.len());
                merged + (left - merged).min(pages * PAGE_BYTES)
            }
            Room::Bytes(limit) => {
                let free = limit.saturating_sub(self.stream.bytes());
                match write.total <= PIPE_BUF && free < left {
                    true => 0,
                    false => free.min(left),
                }
            }
        }
    }

    /// How many bytes go into the last page: those by which the write is more than whole pages, if there is room
    /// for them all. Linux tries that once, when the call begins.
    #[inline]
    fn merges(&self, write: Progress) -> usize {
        let odd = write.total % PAGE_BYTES;
        match self.slots.back() {
            Some(last) if write.done == 0 && last.free() >= odd => odd,
            _ => 0,
        }
    }

    /// Takes `take` bytes of `write`, which must not be more than [`Pipe::admits`].
    #[inline]
    pub(crate) fn write<M: Memory + ?Sized>(
        &mut self,
        memory: &M,
        segments: &[Segment],
        write: Progress,
        take: usize,
    ) -> Result<(), Errno> {
        let merged = self.merges(write).min(take);
        self.stream.append(memory, segments, write.done, take)?;
        if let Room::Bytes(_) = self.room {
            return Ok(());
        }
        if let Some(last) = self.slots.back_mut() {
            last.end += merged as u16;
        }
        let mut left = take - merged;
        while left > 0 {
            let page = left.min(PAGE_BYTES);
            self.slots.push_back(Slot {
                start: 0,
                end: page as u16,
            });
            left -= page;
        }
        Ok(())
    }

    /// Moves `take` bytes, of those that lie there, into `segments`.
    #[inline]
    pub(crate) fn read<M: Memory + ?Sized>(
        &mut self,
        memory: &mut M,
        segments: &[Segment],
        take: usize,
    ) -> Result<(), Errno> {
        self.stream.take(memory, segments, take)?;
        let mut left = take;
        while let Some(first) = self.slots.front_mut() {
            if first.bytes() > left {
                first.start += left as u16;
                break;
            }
            left -= first.bytes();
            self.slots.pop_front();
        }
        Ok(())
    }

    /// Gives it room for `bytes`, as `F_SETPIPE_SZ` does; `pages_left` may still be given to this user's pipes.
    pub(crate) fn set_capacity(&mut self, bytes: u32, pages_left: usize) -> Result<(), Errno> {
        if bytes > 1 << 31 {
            return Err(Errno::INVAL);
        }
        let pages = (bytes as usize).div_ceil(PAGE_BYTES).next_power_of_two();
        let grows = pages.saturating_sub(self.pages());
        if grows > 0 && (pages > PIPE_MAX_SLOTS || grows > pages_left) {
            return Err(Errno::PERM);
        }
        match &mut self.room {
            Room::Slots(_) if pages < self.slots.len() => return Err(Errno::BUSY),
            Room::Slots(limit) => *limit = pages,
            Room::Bytes(_) if pages * PAGE_BYTES < self.stream.bytes() => return Err(Errno::BUSY),
            Room::Bytes(limit) => *limit = pages * PAGE_BYTES,
        }
        Ok(())
    }

    /// What poll(2) tells of the reading end.
    pub(crate) fn reading_conditions(&self) -> u16 {
        let mut told = 0;
        if self.stream.bytes() > 0 {
            told |= IN | RDNORM;
        }
        if self.writers == 0 {
            told |= HUP;
        }
        told
    }

    /// What poll(2) tells of the writing end: room means a free page, whatever is free in the last one.
    pub(crate) fn writing_conditions(&self) -> u16 {
        let mut told = 0;
        let room = match self.room {
            Room::Slots(limit) => self.slots.len() < limit,
            Room::Bytes(limit) => self.stream.bytes() + PIPE_BUF <= limit,
        };
        if room {
            told |= OUT | WRNORM;
        }
        if self.readers == 0 {
            told |= ERR;
        }
        told
    }
}
