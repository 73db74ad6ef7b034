//! Channels: connected pairs of stream sockets, both ways.
//!
//! Under Linux a direction is not so many bytes: each message is cut into chunks (`sk_buff`), and each chunk costs
//! its sender what the kernel allocates for it, until the receiver has read it out. The sender blocks once its
//! chunks cost as much as its send buffer. So 278 messages of one byte fit, as many of a hundred, and 4 of 65536.
//! This is `unix_stream_sendmsg` and `unix_stream_read_generic` of Linux's `net/unix/af_unix.c`. Under POSIX a
//! direction is so many bytes.

use crate::limits::{PAGE_BYTES, SOCKET_BUFFER};
use crate::memory::{Memory, Segment};
use crate::pipe::Progress;
use crate::poll::{ERR, HUP, IN, OUT, RDHUP, RDNORM, WRBAND, WRNORM};
use crate::stream::Stream;
use forktalk_abi::Errno;
use std::collections::VecDeque;

/// A channel: two sides, and a direction from each to the other.
#[derive(Debug, Default, Hash)]
pub struct Channel {
    sides: [Side; 2],
    /// `flows[0]` carries what side 0 writes.
    flows: [Flow; 2],
}

/// One of the two ends.
#[derive(Clone, Copy, Debug, Default, Hash)]
struct Side {
    /// Descriptors of all processes that lead to it.
    holders: u32,
    /// That the peer closed while bytes waited for it; told once, like Linux's `sk_err`.
    reset: bool,
}

/// One direction.
#[derive(Debug, Default, Hash)]
struct Flow {
    stream: Stream,
    /// What the chunks on the way cost, against [`SOCKET_BUFFER`].
    charged: usize,
    chunks: VecDeque<Chunk>,
    /// So many bytes at most, under POSIX.
    bytes_at_most: Option<usize>,
}

/// A part of a message, as Linux carries it.
#[derive(Clone, Copy, Debug, Hash)]
struct Chunk {
    unread: usize,
    cost: usize,
}

impl Chunk {
    /// The most bytes of one chunk: `SKB_MAX_ALLOC + UNIX_SKB_FRAGS_SZ`.
    const BYTES: usize = 16_064 + 32_768;
    /// The most bytes beside its header: `SKB_MAX_HEAD(0)`.
    const HEAD_BYTES: usize = 3_776;
    /// `struct sk_buff` and `struct skb_shared_info`, each rounded up to cache lines.
    const FIXED_COST: usize = 256;
    const SHARED_INFO: usize = 320;

    /// What a chunk of `bytes` costs: its head rounded up to a power of two, the pages beside it, and the fixed part.
    fn cost_of(bytes: usize) -> usize {
        let beside = bytes
            .saturating_sub(Chunk::HEAD_BYTES)
            .next_multiple_of(PAGE_BYTES)
            .min(bytes);
        let head = (bytes - beside).next_multiple_of(64) + Chunk::SHARED_INFO;
        Chunk::FIXED_COST + head.next_power_of_two() + beside.next_multiple_of(PAGE_BYTES)
    }
}

impl Flow {
    fn clear(&mut self) {
        self.stream.clear();
        self.chunks.clear();
        self.charged = 0;
    }

    fn admits(&self, left: usize) -> usize {
        if let Some(limit) = self.bytes_at_most {
            return left.min(limit.saturating_sub(self.stream.bytes()));
        }
        let mut charged = self.charged;
        let mut taken = 0;
        while taken < left && charged < SOCKET_BUFFER {
            let chunk = (left - taken).min(Chunk::BYTES);
            charged += Chunk::cost_of(chunk);
            taken += chunk;
        }
        taken
    }

    fn charge(&mut self, take: usize) {
        let mut left = take;
        while left > 0 {
            let unread = left.min(Chunk::BYTES);
            let cost = Chunk::cost_of(unread);
            self.chunks.push_back(Chunk { unread, cost });
            self.charged += cost;
            left -= unread;
        }
    }

    fn discharge(&mut self, take: usize) {
        let mut left = take;
        while let Some(first) = self.chunks.front_mut() {
            if first.unread > left {
                first.unread -= left;
                return;
            }
            left -= first.unread;
            self.charged -= first.cost;
            self.chunks.pop_front();
        }
    }

    /// Linux wakes writers only when three quarters are free: `unix_writable`.
    fn is_roomy(&self) -> bool {
        match self.bytes_at_most {
            Some(limit) => self.stream.bytes() < limit,
            None => (self.charged + 1) * 4 <= SOCKET_BUFFER,
        }
    }
}

impl Channel {
    /// Makes it new, with one descriptor for each side, and keeps the memory.
    pub(crate) fn renew(&mut self, bytes_at_most: Option<usize>) {
        for flow in &mut self.flows {
            flow.clear();
            flow.bytes_at_most = bytes_at_most;
        }
        self.sides = [Side {
            holders: 1,
            reset: false,
        }; 2];
    }

    /// What `side` (0 or 1) has written and the other has not read.
    #[must_use]
    pub fn stream_from(&self, side: u8) -> &Stream {
        &self.flows[usize::from(side & 1)].stream
    }

    pub(crate) fn stream_from_mut(&mut self, side: u8) -> &mut Stream {
        &mut self.flows[usize::from(side & 1)].stream
    }

    /// The descriptors, of all processes together, that lead to `side`.
    #[must_use]
    pub fn holders(&self, side: u8) -> u32 {
        self.sides[usize::from(side & 1)].holders
    }

    /// How much a direction holds: bytes under POSIX; under Linux what its chunks may cost.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.flows[0].bytes_at_most.unwrap_or(SOCKET_BUFFER)
    }

    /// So many bytes at most, if that is what counts.
    pub(crate) fn bytes_at_most(&self) -> Option<usize> {
        self.flows[0].bytes_at_most
    }

    /// What `bytes` that are written at once cost on their way.
    pub(crate) fn cost_of(bytes: usize) -> usize {
        let whole = bytes / Chunk::BYTES * Chunk::cost_of(Chunk::BYTES);
        whole + Chunk::cost_of(bytes % Chunk::BYTES)
    }

    pub(crate) fn hold(&mut self, side: u8) {
        self.sides[usize::from(side & 1)].holders += 1;
    }

    /// Gives up a descriptor of `side`. With the last one the side is closed: what waited for it is lost, and the
    /// peer, if anything was, will be told.
    pub(crate) fn release(&mut self, side: u8) {
        let (own, peer) = (usize::from(side & 1), usize::from(1 - (side & 1)));
        self.sides[own].holders -= 1;
        if self.sides[own].holders == 0 {
            self.sides[peer].reset |= self.flows[peer].stream.bytes() > 0;
            self.flows[peer].clear();
        }
    }

    fn peer_is_gone(&self, side: u8) -> bool {
        self.holders(1 - (side & 1)) == 0
    }

    /// Whether a read of at least one byte answers at once.
    #[inline]
    pub(crate) fn can_read(&self, side: u8) -> bool {
        self.stream_from(1 - (side & 1)).bytes() > 0 || self.peer_is_gone(side)
    }

    /// Whether a write answers, or takes a part of its bytes, at once.
    #[inline]
    pub(crate) fn can_write(&self, side: u8, write: Progress) -> bool {
        write.total == 0 || self.peer_is_gone(side) || self.admits(side, write) > 0
    }

    /// How many bytes of `write` find room now.
    pub(crate) fn admits(&self, side: u8, write: Progress) -> usize {
        self.flows[usize::from(side & 1)].admits(write.total - write.done)
    }

    /// Why nothing can be written through `side`, if so. A writer that `slept` while the peer closed with unread
    /// bytes is told of those, and then nobody else is; one that comes later finds a broken pipe.
    pub(crate) fn refuses(&mut self, side: u8, slept: bool) -> Option<Errno> {
        if !self.peer_is_gone(side) {
            return None;
        }
        match slept && std::mem::take(&mut self.sides[usize::from(side & 1)].reset) {
            true => Some(Errno::CONNRESET),
            false => Some(Errno::PIPE),
        }
    }

    /// Takes `take` bytes of `write`, which must not be more than [`Channel::admits`].
    #[inline]
    pub(crate) fn write<M: Memory + ?Sized>(
        &mut self,
        side: u8,
        memory: &M,
        segments: &[Segment],
        write: Progress,
        take: usize,
    ) -> Result<(), Errno> {
        let flow = &mut self.flows[usize::from(side & 1)];
        flow.stream.append(memory, segments, write.done, take)?;
        if flow.bytes_at_most.is_none() {
            flow.charge(take);
        }
        Ok(())
    }

    /// Moves `take` bytes, of those that wait for `side`, into `segments`.
    #[inline]
    pub(crate) fn read<M: Memory + ?Sized>(
        &mut self,
        side: u8,
        memory: &mut M,
        segments: &[Segment],
        take: usize,
    ) -> Result<(), Errno> {
        let flow = &mut self.flows[usize::from(1 - (side & 1))];
        flow.stream.take(memory, segments, take)?;
        flow.discharge(take);
        Ok(())
    }

    /// What a read answers when nothing waits and the peer is gone: once that it was reset, then end-of-file.
    pub(crate) fn read_at_end(&mut self, side: u8) -> Result<u32, Errno> {
        match std::mem::take(&mut self.sides[usize::from(side & 1)].reset) {
            true => Err(Errno::CONNRESET),
            false => Ok(0),
        }
    }

    /// What poll(2) tells of `side`.
    pub(crate) fn conditions(&self, side: u8) -> u16 {
        let own = usize::from(side & 1);
        let mut told = 0;
        if self.sides[own].reset {
            told |= ERR;
        }
        if self.peer_is_gone(side) {
            told |= HUP | RDHUP | IN | RDNORM;
        }
        if self.flows[1 - own].stream.bytes() > 0 {
            told |= IN | RDNORM;
        }
        if self.flows[own].is_roomy() {
            told |= OUT | WRNORM | WRBAND;
        }
        told
    }
}
