//! Bytes on their way: what lies in a pipe or in one direction of a channel, and who wrote which of them.
//!
//! How much may lie there is not known here: `pipe.rs` and `channel.rs` decide that.

use crate::memory::{Memory, Segment};
use forktalk_abi::{Errno, Pid};
use std::collections::VecDeque;

/// Bytes in the order in which they were written.
#[derive(Debug, Default)]
pub struct Stream {
    /// A ring whose length is a power of two, or nothing yet; it grows as bytes come.
    ring: Vec<u8>,
    head: usize,
    bytes: usize,
    messages: VecDeque<Message>,
}

/// What one write put into a stream.
///
/// When another writer came between two parts of a large write, each part is a message of its own: torn as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The bytes that were written.
    pub bytes: usize,
    /// Those that are not read yet.
    pub unread: usize,
    /// Who wrote.
    pub from: Pid,
    /// The step at which the write began.
    pub step: u32,
    /// The first bytes, without the header.
    pub preview: Preview,
}

/// The first bytes of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    text: [u8; Preview::BYTES],
    bytes: u8,
}

impl Preview {
    /// How many bytes are kept at most.
    pub const BYTES: usize = 16;

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.text[..usize::from(self.bytes)]
    }

    /// The first bytes of `segment`; none if it is not in memory.
    pub(crate) fn of<M: Memory + ?Sized>(memory: &M, segment: Segment) -> Preview {
        let mut preview = Preview::default();
        let bytes = (segment.bytes as usize).min(Preview::BYTES);
        if memory
            .read(segment.address, &mut preview.text[..bytes])
            .is_ok()
        {
            preview.bytes = bytes as u8;
        }
        preview
    }
}

impl Stream {
    /// How many bytes lie there.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The bytes that lie there, in their order; the second part is empty unless they wrap.
    pub(crate) fn contents(&self) -> (&[u8], &[u8]) {
        let end = self.head + self.bytes;
        match end.checked_sub(self.ring.len()) {
            Some(beyond) => (&self.ring[self.head..], &self.ring[..beyond]),
            None => (&self.ring[self.head..end], &[]),
        }
    }

    /// The writes of which something lies there, the oldest first; none if the kernel does not record.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = &Message> {
        self.messages.iter()
    }

    /// Appends `take` bytes of `segments`, beginning `skip` bytes into them.
    pub(crate) fn append<M: Memory + ?Sized>(
        &mut self,
        memory: &M,
        segments: &[Segment],
        skip: usize,
        take: usize,
    ) -> Result<(), Errno> {
        self.make_room(take);
        let mut skip = skip;
        let mut left = take;
        let mut tail = self.head + self.bytes;
        for segment in segments {
            let here = segment.bytes as usize;
            if skip >= here {
                skip -= here;
                continue;
            }
            let part = (here - skip).min(left);
            let (first, second) = self.pieces(tail, part);
            let address = segment.address + skip as u32;
            memory.read(address, first)?;
            let beyond = address.wrapping_add(first.len() as u32);
            memory.read(beyond, second)?;
            tail += part;
            left -= part;
            skip = 0;
            if left == 0 {
                break;
            }
        }
        debug_assert_eq!(left, 0, "the caller takes no more than the segments hold");
        self.bytes += take - left;
        Ok(())
    }

    /// Moves the first `take` bytes into `segments`.
    pub(crate) fn take<M: Memory + ?Sized>(
        &mut self,
        memory: &mut M,
        segments: &[Segment],
        take: usize,
    ) -> Result<(), Errno> {
        debug_assert!(take <= self.bytes);
        let mut left = take;
        let mut head = self.head;
        for segment in segments {
            let part = (segment.bytes as usize).min(left);
            let (first, second) = self.pieces(head, part);
            memory.write(segment.address, first)?;
            let beyond = segment.address.wrapping_add(first.len() as u32);
            memory.write(beyond, second)?;
            head += part;
            left -= part;
            if left == 0 {
                break;
            }
        }
        self.head = head & self.ring.len().wrapping_sub(1);
        self.bytes -= take - left;
        if !self.messages.is_empty() {
            self.forget_read(take - left);
        }
        Ok(())
    }

    /// Forgets everything, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.head = 0;
        self.bytes = 0;
        self.messages.clear();
    }

    /// Notes whose the last `bytes` are: `step` is when the write of which they are a part began.
    pub(crate) fn note(&mut self, from: Pid, step: u32, bytes: usize, preview: Preview) {
        match self.messages.back_mut() {
            Some(last) if last.from == from && last.step == step => {
                last.bytes += bytes;
                last.unread += bytes;
            }
            _ => self.messages.push_back(Message {
                bytes,
                unread: bytes,
                from,
                step,
                preview,
            }),
        }
    }

    fn forget_read(&mut self, bytes: usize) {
        let mut left = bytes;
        while let Some(first) = self.messages.front_mut() {
            if first.unread > left {
                first.unread -= left;
                return;
            }
            left -= first.unread;
            self.messages.pop_front();
        }
    }

    /// The two pieces of the ring that hold `bytes` from position `from` on; the second is empty unless it wraps.
    #[inline]
    fn pieces(&mut self, from: usize, bytes: usize) -> (&mut [u8], &mut [u8]) {
        if bytes == 0 {
            return (&mut [], &mut []);
        }
        let from = from & (self.ring.len() - 1);
        let to_end = self.ring.len() - from;
        let (start, end) = self.ring.split_at_mut(from);
        if bytes <= to_end {
            (&mut end[..bytes], &mut [])
        } else {
            (end, &mut start[..bytes - to_end])
        }
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        let needed = self.bytes + more;
        if needed > self.ring.len() {
            self.grow(needed);
        }
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        const FIRST: usize = 256;
        let mut ring = vec![0; needed.next_power_of_two().max(FIRST)];
        let (head, bytes) = (self.head, self.bytes);
        let (first, second) = self.pieces(head, bytes);
        ring[..first.len()].copy_from_slice(first);
        ring[first.len()..bytes].copy_from_slice(second);
        self.ring = ring;
        self.head = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: u32) -> [Segment; 1] {
        [Segment { address: 0, bytes }]
    }

    #[test]
    fn bytes_come_out_as_they_went_in_across_growth_and_wrap() {
        let mut stream = Stream::default();
        let mut written = 0_u8;
        let mut expected = 0_u8;
        for size in [1, 200, 3, 255, 100, 300, 7, 4096, 1, 90] {
            let memory: Vec<u8> = (0..size)
                .map(|_| {
                    written = written.wrapping_add(1);
                    written
                })
                .collect();
            stream
                .append(&memory[..], &whole(size), 0, size as usize)
                .unwrap();
            let take = (stream.bytes() * 2).div_ceil(3);
            let mut out = vec![0; take];
            stream
                .take(&mut out[..], &whole(take as u32), take)
                .unwrap();
            for byte in out {
                expected = expected.wrapping_add(1);
                assert_eq!(byte, expected);
            }
        }
    }

    #[test]
    fn a_part_of_several_segments_is_taken_from_the_middle() {
        let mut stream = Stream::default();
        let memory = *b"headerpayload";
        let segments = [
            Segment {
                address: 0,
                bytes: 6,
            },
            Segment {
                address: 6,
                bytes: 7,
            },
        ];
        stream.append(&memory[..], &segments, 4, 5).unwrap();
        let mut out = [0; 5];
        stream.take(&mut out[..], &whole(5), 5).unwrap();
        assert_eq!(&out, b"erpay");
    }

    #[test]
    fn the_parts_of_one_write_are_one_message_unless_another_came_between() {
        let mut stream = Stream::default();
        let memory = [0; 100];
        let mut write = |from, step, bytes: usize| {
            stream.append(&memory[..], &whole(100), 0, bytes).unwrap();
            stream.note(Pid(from), step, bytes, Preview::default());
        };
        write(1, 1, 10);
        write(1, 1, 20);
        write(2, 3, 5);
        write(1, 1, 7);
        let mut out = [0; 33];
        stream.take(&mut out[..], &whole(33), 33).unwrap();
        let left: Vec<_> = stream
            .messages()
            .map(|m| (m.from.0, m.bytes, m.unread))
            .collect();
        assert_eq!(left, [(2, 5, 2), (1, 7, 7)]);
    }

    #[test]
    fn a_fault_leaves_the_stream_as_it_was() {
        let mut stream = Stream::default();
        let memory = [1; 4];
        stream.append(&memory[..], &whole(4), 0, 4).unwrap();
        let outside = [Segment {
            address: 2,
            bytes: 4,
        }];
        assert_eq!(
            stream.append(&memory[..], &outside, 0, 4),
            Err(Errno::FAULT)
        );
        let mut out = [0; 2];
        assert_eq!(stream.take(&mut out[..], &whole(4), 4), Err(Errno::FAULT));
        assert_eq!(stream.bytes(), 4);
    }
}
