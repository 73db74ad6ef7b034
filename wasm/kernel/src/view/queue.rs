//! Queues in the picture: what they hold, who waits, and which of their parts a call is about.

use super::{State, View};
use crate::Kernel;
use crate::pipe::Pipe;
use serde::{Deserialize, Serialize};

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    /// Its name.
    pub name: String,
    /// How many items are in it.
    pub items: u32,
    /// How many it holds at most, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<u32>,
    /// How many items were put so far, wrapping.
    pub put: u32,
    /// How many were got so far, wrapping.
    pub got: u32,
    /// Whether it was closed for all.
    pub closed: bool,
    /// The processes that wait at it, in line or asleep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<i32>,
}

/// What something is to a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfQueue {
    /// The queue's name.
    pub name: String,
    /// Which part of it.
    pub part: QueuePart,
}

/// A part of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueuePart {
    /// The lock of its putting side.
    Putting,
    /// The lock of its getting side.
    Getting,
    /// The lock of its tasks.
    Tasks,
    /// The lock that a process holds while it waits with its handle laid down.
    Seat,
    /// The lock of who is first in line for something.
    First(Awaited),
    /// The word on which one sleeps until there is something.
    Sleep(Awaited),
    /// The pipe by which one is woken when there is something.
    Bell(Awaited),
    /// The words that count what was put.
    Put,
    /// The words that count what was got.
    Got,
    /// Any other of its memory.
    Memory,
}

/// What one waits for at a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Awaited {
    /// An item to get.
    Item,
    /// Room to put one.
    Room,
    /// That all tasks are done.
    Tasks,
}

const AWAITED: [Awaited; 3] = [Awaited::Item, Awaited::Room, Awaited::Tasks];

impl Kernel {
    pub(super) fn draw_queues(&self, view: &mut View) {
        for (region, queue) in self.regions.queues() {
            let name = queue.number.to_string();
            let (put, got) = region.put_and_got().unwrap_or_default();
            let closed = region.load(queue.parts.closed as u32);
            let drawn = QueueView {
                name: name.clone(),
                items: put.wrapping_sub(got),
                bound: Some(queue.parts.bound).filter(|bound| *bound > 0),
                put,
                got,
                closed: closed.is_ok_and(|word| word != 0),
                waiting: Vec::new(),
            };
            view.queues.insert(name, drawn);
        }
    }

    /// What the lock at this offset is to the queue whose memory the region is.
    pub(super) fn lock_of_queue(&self, region: u32, offset: u32) -> Option<OfQueue> {
        let queue = self.regions.get(region).ok()?.queue()?;
        let (parts, offset) = (&queue.parts, offset as usize);
        let mut firsts = queue.places.iter().zip(AWAITED);
        let first = firsts.find(|(place, _)| place.first == offset);
        let part = match first {
            Some((_, awaited)) => QueuePart::First(awaited),
            None if offset == parts.putting => QueuePart::Putting,
            None if offset == parts.getting => QueuePart::Getting,
            None if offset == parts.tasks => QueuePart::Tasks,
            None if offset >= parts.seats => QueuePart::Seat,
            None => QueuePart::Memory,
        };
        let name = queue.number.to_string();
        Some(OfQueue { name, part })
    }

    /// What the word, or the bytes, at this offset are to the queue whose memory the region is.
    pub(super) fn word_of_queue(&self, region: u32, offset: u32) -> Option<OfQueue> {
        let queue = self.regions.get(region).ok()?.queue()?;
        let offset = offset as usize;
        let mut words = queue.places.iter().zip(AWAITED);
        let word = words.find(|(place, _)| place.word == offset);
        let part = match word {
            Some((_, awaited)) => QueuePart::Sleep(awaited),
            None if offset == queue.parts.put => QueuePart::Put,
            None if offset == queue.parts.got => QueuePart::Got,
            None => QueuePart::Memory,
        };
        let name = queue.number.to_string();
        Some(OfQueue { name, part })
    }
}

/// What a pipe is to the queue that it is a part of.
pub(super) fn bell(pipe: &Pipe) -> Option<OfQueue> {
    let (number, place) = pipe.queue()?;
    let awaited = AWAITED.get(place)?;
    Some(OfQueue {
        name: number.to_string(),
        part: QueuePart::Bell(*awaited),
    })
}

/// Who waits at which queue, from the calls.
pub(super) fn gather_waiting(view: &mut View) {
    let mut waiting = Vec::new();
    for process in view.processes.values() {
        if process.state == State::Waiting {
            let awaited = view.awaited(process.pid);
            waiting.extend(awaited.map(|(queue, _)| (queue, process.pid)));
        }
    }
    for (queue, pid) in waiting {
        if let Some(queue) = view.queues.get_mut(&queue) {
            queue.waiting.push(pid);
        }
    }
}

impl View {
    /// What the call at which a process stands waits for, if that is a queue's and nothing else.
    #[must_use]
    pub fn awaited(&self, pid: i32) -> Option<(String, Awaited)> {
        let call = self.processes.get(&pid)?.call.as_ref()?;
        let of = match call.watches.as_slice() {
            [only] => self.bell(pid, only.fd)?,
            _ => {
                let lock = call.lock.as_ref().and_then(|lock| lock.queue.as_ref());
                let word = call.word.as_ref().and_then(|word| word.queue.as_ref());
                lock.or(word)?
            }
        };
        match of.part {
            QueuePart::Bell(what) | QueuePart::First(what) | QueuePart::Sleep(what) => {
                Some((of.name.clone(), what))
            }
            _ => None,
        }
    }

    /// The queue that a process's descriptor belongs to, if it is an end of a pipe of one.
    #[must_use]
    pub fn bell(&self, pid: i32, fd: i32) -> Option<&OfQueue> {
        let (_, object) = self.descriptor(pid, fd)?;
        object?.queue.as_ref()
    }

    /// The pipe by which one is told of something at a queue.
    #[must_use]
    pub fn bell_of(&self, queue: &str, what: Awaited) -> Option<&super::ObjectView> {
        let is_it = |of: &OfQueue| of.name == queue && of.part == QueuePart::Bell(what);
        let mut objects = self.objects.values();
        objects.find(|object| object.queue.as_ref().is_some_and(is_it))
    }
}
