//! Queues, as far as the kernel knows them: which memory and which pipes make one up.
//!
//! To the kernel a queue is no object: a region with locks, and pipes that wake. It remembers what a program says they
//! are, so that the picture and the sentences can speak of queues; nothing that a call does depends on it.

use crate::Kernel;
use crate::descriptor::End;
use crate::memory::{Memory, read_u32};
use crate::object::ObjectId;
use forktalk_abi::{Errno, Fd, Pid, QueueParts, QueuePlace};

/// A queue has at most so many places to wait at.
const MOST_PLACES: u32 = 3;

/// What a region is the memory of.
#[derive(Debug)]
pub(crate) struct Queue {
    /// Queues are named by letters, as objects are, in an order of their own.
    pub(crate) number: ObjectId,
    pub(crate) parts: QueueParts,
    pub(crate) places: Vec<QueuePlace>,
}

impl Kernel {
    /// Remembers that a region and pipes make up a queue; `places`: their address and how many there are.
    pub(crate) fn introduce_queue<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        region: u32,
        parts: u32,
        places: (u32, u32),
        memory: &M,
    ) -> Result<(), Errno> {
        let process = self.processes.get(pid).ok_or(Errno::SRCH)?;
        let (address, count) = places;
        if !process.regions.contains(&region) || count > MOST_PLACES {
            return Err(Errno::INVAL);
        }
        let parts = QueueParts::from_words(words(memory, parts)?);
        let there = self.regions.get(region)?;
        there.load_wide(parts.put as u32)?;
        there.load_wide(parts.got as u32)?;
        let (mut known, mut pipes) = (Vec::new(), Vec::new());
        for index in 0..count {
            let offset = 4 * QueuePlace::WORDS as u32 * index;
            let address = address.checked_add(offset).ok_or(Errno::FAULT)?;
            let place = QueuePlace::from_words(words(memory, address)?);
            let Fd(reading) = place.bell.0;
            match self.end_of(pid, reading as u32)? {
                End::Reading(pipe) => pipes.push(pipe),
                _ => return Err(Errno::BADF),
            }
            known.push(place);
        }
        let queue = Queue {
            number: ObjectId(0),
            parts,
            places: known,
        };
        let number = self.regions.introduce(region, queue)?;
        for (place, pipe) in pipes.into_iter().enumerate() {
            if let Some(pipe) = self.objects.pipe_mut(pipe) {
                pipe.join_queue(number, place);
            }
        }
        Ok(())
    }
}

fn words<M: Memory + ?Sized, const N: usize>(memory: &M, address: u32) -> Result<[u32; N], Errno> {
    let mut words = [0; N];
    for (word, offset) in words.iter_mut().zip((0..).step_by(4)) {
        let address = address.checked_add(offset).ok_or(Errno::FAULT)?;
        *word = read_u32(memory, address)?;
    }
    Ok(words)
}
