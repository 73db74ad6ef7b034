//! What a queue is made of, for a kernel that records it. No call depends on it: it is only to be spoken of.

use crate::Fd;

/// Where a queue keeps what it is made of, in bytes from the beginning of its region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueParts {
    /// Wide word that the putting side publishes: its upper half counts the items that passed.
    pub put: usize,
    /// The same of the getting side; what passed that one and not this is in the queue.
    pub got: usize,
    /// Word: not zero once the queue is closed.
    pub closed: usize,
    /// Lock of the putting side.
    pub putting: usize,
    /// Lock of the getting side.
    pub getting: usize,
    /// Lock of the tasks that are done.
    pub tasks: usize,
    /// From here on every lock is the seat of somebody who waits.
    pub seats: usize,
    /// How many items it holds at most; 0 if that is not bounded.
    pub bound: u32,
}

impl QueueParts {
    /// The words that pass it on.
    pub const WORDS: usize = 8;

    /// As words, as a guest passes it.
    #[must_use]
    pub fn words(&self) -> [u32; QueueParts::WORDS] {
        [
            self.put as u32,
            self.got as u32,
            self.closed as u32,
            self.putting as u32,
            self.getting as u32,
            self.tasks as u32,
            self.seats as u32,
            self.bound,
        ]
    }

    /// From what [`QueueParts::words`] makes of it.
    #[must_use]
    pub fn from_words(words: [u32; QueueParts::WORDS]) -> QueueParts {
        let [put, got, closed, putting, getting, tasks, seats, bound] = words;
        QueueParts {
            put: put as usize,
            got: got as usize,
            closed: closed as usize,
            putting: putting as usize,
            getting: getting as usize,
            tasks: tasks as usize,
            seats: seats as usize,
            bound,
        }
    }
}

/// A place at which one waits for a queue. They are given in this order: for an item, for room, and, if it has tasks,
/// until all are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Lock: who holds it is the first in line.
    pub first: usize,
    /// Word on which one sleeps.
    pub word: usize,
    /// The pipe by which one is woken, and told that nobody is left: its reading end, then its writing end.
    pub bell: (Fd, Fd),
}

impl QueuePlace {
    /// The words that pass it on.
    pub const WORDS: usize = 4;

    /// As words, as a guest passes it.
    #[must_use]
    pub fn words(&self) -> [u32; QueuePlace::WORDS] {
        let (reading, writing) = self.bell;
        [
            self.first as u32,
            self.word as u32,
            reading.0 as u32,
            writing.0 as u32,
        ]
    }

    /// From what [`QueuePlace::words`] makes of it.
    #[must_use]
    pub fn from_words(words: [u32; QueuePlace::WORDS]) -> QueuePlace {
        let [first, word, reading, writing] = words;
        QueuePlace {
            first: first as usize,
            word: word as usize,
            bell: (Fd(reading as i32), Fd(writing as i32)),
        }
    }
}
