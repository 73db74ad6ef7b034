//! Regions: memory that a process and all it forks share.
//!
//! Memory that nobody wrote is not kept: a region may be reserved larger than it is used.

use crate::fingerprint::Mixer;
use crate::limits::Limits;
use crate::memory::{Memory, check};
use crate::object::ObjectId;
use crate::queue::Queue;
use crate::robust_lock::RobustLocks;
use forktalk_abi::{Errno, LOCK_BYTES, LOCKS, Pid};
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// A region.
#[derive(Debug)]
pub(crate) struct Region {
    /// Up to the last byte that was written; beyond, all is zero.
    written: Vec<u8>,
    bytes: usize,
    /// Processes that have it mapped.
    users: usize,
    locks: RobustLocks,
    /// The queue that it is the memory of, if it is one's.
    queue: Option<Queue>,
    /// The number for what was written, if it is known.
    fingerprint: OnceLock<u64>,
}

/// All regions of a run.
#[derive(Debug, Default)]
pub(crate) struct Regions {
    /// By number; nothing where one is gone. Numbers are never used again.
    all: Vec<Option<Region>>,
    bytes: usize,
    /// How many queues were introduced.
    queues: u32,
    /// How many queues went with items in them.
    unreceived: u32,
}

impl Region {
    /// The place of `bytes` at `offset`, if that is inside.
    fn place(&self, offset: u32, bytes: usize) -> Result<usize, Errno> {
        let start = offset as usize;
        let end = start.checked_add(bytes).ok_or(Errno::INVAL)?;
        match end <= self.bytes {
            true => Ok(start),
            false => Err(Errno::INVAL),
        }
    }

    /// The place of a word, if one can be at `offset`.
    fn word_place(&self, offset: u32) -> Result<usize, Errno> {
        match offset % 4 {
            0 => self.place(offset, 4),
            _ => Err(Errno::INVAL),
        }
    }

    /// The bytes from `start` on, made to be there.
    fn bytes_mut(&mut self, start: usize, bytes: usize) -> &mut [u8] {
        self.fingerprint.take();
        let end = start + bytes;
        if self.written.len() < end {
            self.written.resize(end, 0);
        }
        &mut self.written[start..end]
    }

    /// How many items were put into the queue whose memory it is, and how many were got, both wrapping.
    pub(crate) fn put_and_got(&self) -> Option<(u32, u32)> {
        let parts = &self.queue.as_ref()?.parts;
        let count = |offset: usize| match self.load_wide(offset as u32) {
            Ok(words) => (words >> 32) as u32,
            Err(_) => 0,
        };
        Some((count(parts.put), count(parts.got)))
    }

    /// Reads a word.
    pub(crate) fn load(&self, offset: u32) -> Result<u32, Errno> {
        let start = self.word_place(offset)?;
        let mut word = [0; 4];
        let there = self.written.get(start..).unwrap_or_default();
        let there = &there[..there.len().min(4)];
        word[..there.len()].copy_from_slice(there);
        Ok(u32::from_le_bytes(word))
    }

    /// Writes a word.
    pub(crate) fn store(&mut self, offset: u32, value: u32) -> Result<(), Errno> {
        let start = self.word_place(offset)?;
        self.bytes_mut(start, 4)
            .copy_from_slice(&value.to_le_bytes());
        Ok(())
    }

    /// Reads two words, the lower one first.
    pub(crate) fn load_wide(&self, offset: u32) -> Result<u64, Errno> {
        self.wide_place(offset)?;
        let (low, high) = (self.load(offset)?, self.load(offset + 4)?);
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    /// Writes two words, the lower one first.
    pub(crate) fn store_wide(&mut self, offset: u32, low: u32, high: u32) -> Result<(), Errno> {
        self.wide_place(offset)?;
        self.store(offset, low)?;
        self.store(offset + 4, high)
    }

    fn wide_place(&self, offset: u32) -> Result<usize, Errno> {
        match offset % 8 {
            0 => self.place(offset, 8),
            _ => Err(Errno::INVAL),
        }
    }

    /// Makes bytes zeros again, and keeps none behind them that nobody wrote.
    pub(crate) fn discard(&mut self, offset: u32, bytes: u32) -> Result<(), Errno> {
        let start = self.place(offset, bytes as usize)?;
        let end = start + bytes as usize;
        self.fingerprint.take();
        if end >= self.written.len() {
            self.written.truncate(start);
        } else {
            self.written[start..end].fill(0);
        }
        Ok(())
    }

    /// Copies bytes into a guest's memory.
    pub(crate) fn copy_out<M: Memory + ?Sized>(
        &self,
        offset: u32,
        memory: &mut M,
        address: u32,
        bytes: u32,
    ) -> Result<(), Errno> {
        let start = self.place(offset, bytes as usize)?;
        check(memory, address, bytes)?;
        let there = self.written.get(start..).unwrap_or_default();
        let there = &there[..there.len().min(bytes as usize)];
        memory.write(address, there)?;
        let mut done = there.len();
        const ZEROS: [u8; 256] = [0; 256];
        while done < bytes as usize {
            let part = (bytes as usize - done).min(ZEROS.len());
            memory.write(address + done as u32, &ZEROS[..part])?;
            done += part;
        }
        Ok(())
    }

    /// Copies bytes from a guest's memory.
    pub(crate) fn copy_in<M: Memory + ?Sized>(
        &mut self,
        offset: u32,
        memory: &M,
        address: u32,
        bytes: u32,
    ) -> Result<(), Errno> {
        let start = self.place(offset, bytes as usize)?;
        check(memory, address, bytes)?;
        memory.read(address, self.bytes_mut(start, bytes as usize))
    }

    /// Its locks, if a lock at `offset` is inside.
    pub(crate) fn locks_at(&mut self, offset: u32) -> Result<&mut RobustLocks, Errno> {
        self.check_lock(offset)?;
        Ok(&mut self.locks)
    }

    pub(crate) fn check_lock(&self, offset: u32) -> Result<(), Errno> {
        let place = offset as usize;
        match place.is_multiple_of(LOCK_BYTES) && place < LOCKS * LOCK_BYTES {
            true => self.place(offset, LOCK_BYTES).map(drop),
            false => Err(Errno::INVAL),
        }
    }

    /// A number for what is written there.
    pub(crate) fn fingerprint(&self) -> u64 {
        *self.fingerprint.get_or_init(|| {
            let mut mixer = Mixer::default();
            let (words, rest) = self.written.as_chunks::<8>();
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            // Most of it is zero, and zeros at the end are as good as none.
            for (place, word) in words.iter().chain([&last]).enumerate() {
                let word = u64::from_le_bytes(*word);
                if word != 0 {
                    (place, word).hash(&mut mixer);
                }
            }
            mixer.finish()
        })
    }

    pub(crate) fn locks(&self) -> &RobustLocks {
        &self.locks
    }

    pub(crate) fn queue(&self) -> Option<&Queue> {
        self.queue.as_ref()
    }
}

impl Regions {
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.bytes = 0;
        self.queues = 0;
        self.unreceived = 0;
    }

    /// By number; nothing where one is gone.
    pub(crate) fn all(&self) -> &[Option<Region>] {
        &self.all
    }

    /// How many queues went with items in them, which nobody was left to get.
    pub(crate) fn unreceived(&self) -> u32 {
        self.unreceived
    }

    /// A region is the memory of a queue: the queues are numbered in the order in which they are introduced.
    pub(crate) fn introduce(&mut self, region: u32, mut queue: Queue) -> Result<ObjectId, Errno> {
        let number = ObjectId(self.queues);
        let region = self.get_mut(region)?;
        if region.queue.is_some() {
            return Err(Errno::INVAL);
        }
        queue.number = number;
        region.queue = Some(queue);
        self.queues += 1;
        Ok(number)
    }

    /// The queues whose memory is there, each with its region.
    pub(crate) fn queues(&self) -> impl Iterator<Item = (&Region, &Queue)> {
        let regions = self.all.iter().flatten();
        regions.filter_map(|region| Some((region, region.queue()?)))
    }

    /// Makes a region of zeros, used by one process.
    pub(crate) fn map(&mut self, bytes: u32, limits: &Limits) -> Result<u32, Errno> {
        let bytes = bytes as usize;
        if bytes == 0 {
            return Err(Errno::INVAL);
        }
        if bytes > limits.region_bytes.saturating_sub(self.bytes) {
            return Err(Errno::NOMEM);
        }
        self.bytes += bytes;
        self.all.push(Some(Region {
            written: Vec::new(),
            bytes,
            users: 1,
            locks: RobustLocks::default(),
            queue: None,
            fingerprint: OnceLock::new(),
        }));
        Ok((self.all.len() - 1) as u32)
    }

    pub(crate) fn get(&self, region: u32) -> Result<&Region, Errno> {
        let entry = self.all.get(region as usize).and_then(Option::as_ref);
        entry.ok_or(Errno::INVAL)
    }

    pub(crate) fn get_mut(&mut self, region: u32) -> Result<&mut Region, Errno> {
        let entry = self.all.get_mut(region as usize);
        entry.and_then(Option::as_mut).ok_or(Errno::INVAL)
    }

    /// One more process uses it.
    pub(crate) fn hold(&mut self, region: u32) {
        if let Ok(region) = self.get_mut(region) {
            region.users += 1;
        }
    }

    /// `pid` uses it no more: it gives up what locks it holds there, and the region goes with its last user.
    pub(crate) fn release(&mut self, region: u32, pid: Pid) {
        let Some(entry) = self.all.get_mut(region as usize) else {
            return;
        };
        let Some(used) = entry else { return };
        used.locks.abandon(pid);
        used.users -= 1;
        if used.users == 0 {
            let left = used.put_and_got().is_some_and(|(put, got)| put != got);
            self.unreceived += u32::from(left);
            self.bytes -= used.bytes;
            *entry = None;
        }
    }
}
