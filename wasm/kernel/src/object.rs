//! Kernel objects: what descriptors lead to, alive as long as one does.

use crate::channel::Channel;
use crate::descriptor::End;
use crate::limits::{Limits, PIPE_PAGES_PER_USER, PIPE_SLOTS, PIPE_SLOTS_WHEN_SCARCE};
use crate::pipe::{Pipe, Room};
use forktalk_abi::{Errno, Pid};
use std::fmt;

/// An object's number in its run, in the order in which they were made. It is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

/// As people call it: A, B, …, Z, AA, AB, …
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 32 bits make at most seven letters.
        let mut letters = [0_u8; 7];
        let mut first = letters.len();
        let mut left = u64::from(self.0) + 1;
        while left > 0 {
            left -= 1;
            first -= 1;
            letters[first] = b'A' + (left % 26) as u8;
            left /= 26;
        }
        letters[first..]
            .iter()
            .try_for_each(|letter| fmt::Write::write_char(f, char::from(*letter)))
    }
}

/// What a descriptor leads to.
#[derive(Debug, Hash)]
pub enum Object {
    /// A pipe.
    Pipe(Box<Pipe>),
    /// A channel.
    Channel(Box<Channel>),
    /// A process that is watched.
    Watch(Watch),
}

/// A watched process, as Linux's pidfd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Watch {
    pid: Pid,
    holders: u32,
}

impl Watch {
    /// The process.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }
}

/// All objects of a run.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    /// By number; nothing where one is gone.
    all: Vec<Option<Object>>,
    alive: usize,
    pipe_pages: usize,
    /// How many pipes and channels went with bytes in them that nobody read.
    unread: u32,
    // Kept for their memory, box and all.
    #[allow(clippy::vec_box, reason = "the box is what is used again")]
    spare_pipes: Vec<Box<Pipe>>,
    #[allow(clippy::vec_box, reason = "the box is what is used again")]
    spare_channels: Vec<Box<Channel>>,
}

impl Objects {
    /// Forgets all objects, and keeps their memory.
    pub(crate) fn clear(&mut self) {
        for object in self.all.drain(..).flatten() {
            match object {
                Object::Pipe(pipe) => self.spare_pipes.push(pipe),
                Object::Channel(channel) => self.spare_channels.push(channel),
                Object::Watch(_) => {}
            }
        }
        self.alive = 0;
        self.pipe_pages = 0;
        self.unread = 0;
    }

    /// How many pipes and directions of channels lost bytes, because nobody who could have read them was left.
    pub(crate) fn unread(&self) -> u32 {
        self.unread
    }

    /// By number; nothing where one is gone.
    pub(crate) fn all(&self) -> &[Option<Object>] {
        &self.all
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        let numbered = self.all.iter().enumerate();
        numbered.filter_map(|(number, object)| Some((ObjectId(number as u32), object.as_ref()?)))
    }

    #[inline]
    pub(crate) fn get(&self, id: ObjectId) -> Option<&Object> {
        self.all.get(id.0 as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn pipe(&self, id: ObjectId) -> Option<&Pipe> {
        match self.all.get(id.0 as usize) {
            Some(Some(Object::Pipe(pipe))) => Some(pipe),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn pipe_mut(&mut self, id: ObjectId) -> Option<&mut Pipe> {
        match self.all.get_mut(id.0 as usize) {
            Some(Some(Object::Pipe(pipe))) => Some(pipe),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn channel(&self, id: ObjectId) -> Option<&Channel> {
        match self.all.get(id.0 as usize) {
            Some(Some(Object::Channel(channel))) => Some(channel),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn channel_mut(&mut self, id: ObjectId) -> Option<&mut Channel> {
        match self.all.get_mut(id.0 as usize) {
            Some(Some(Object::Channel(channel))) => Some(channel),
            _ => None,
        }
    }

    pub(crate) fn watched(&self, id: ObjectId) -> Option<Pid> {
        match self.get(id) {
            Some(Object::Watch(watch)) => Some(watch.pid),
            _ => None,
        }
    }

    /// That one more object may be made.
    pub(crate) fn has_room(&self, limits: &Limits) -> Result<(), Errno> {
        match self.alive < limits.objects {
            true => Ok(()),
            false => Err(Errno::NFILE),
        }
    }

    /// Makes a pipe, of so many bytes under POSIX; the ends are held once each.
    pub(crate) fn make_pipe(&mut self, bytes: Option<usize>) -> ObjectId {
        let scarce = self.pipe_pages + PIPE_SLOTS > PIPE_PAGES_PER_USER;
        let room = match bytes {
            Some(bytes) => Room::Bytes(bytes),
            None if scarce => Room::Slots(PIPE_SLOTS_WHEN_SCARCE),
            None => Room::Slots(PIPE_SLOTS),
        };
        let mut pipe = self.spare_pipes.pop().unwrap_or_default();
        pipe.renew(room);
        self.pipe_pages += pipe.pages();
        self.add(Object::Pipe(pipe))
    }

    /// Makes a channel, of so many bytes a direction under POSIX; the sides are held once each.
    pub(crate) fn make_channel(&mut self, bytes: Option<usize>) -> ObjectId {
        let mut channel = self.spare_channels.pop().unwrap_or_default();
        channel.renew(bytes);
        self.add(Object::Channel(channel))
    }

    /// Watches a process; held once.
    pub(crate) fn make_watch(&mut self, pid: Pid) -> ObjectId {
        self.add(Object::Watch(Watch { pid, holders: 1 }))
    }

    fn add(&mut self, object: Object) -> ObjectId {
        self.alive += 1;
        self.all.push(Some(object));
        ObjectId((self.all.len() - 1) as u32)
    }

    /// Gives a pipe another capacity.
    pub(crate) fn set_capacity(&mut self, id: ObjectId, bytes: u32) -> Result<(), Errno> {
        let pages_left = PIPE_PAGES_PER_USER.saturating_sub(self.pipe_pages);
        let pipe = self.pipe_mut(id).ok_or(Errno::BADF)?;
        let before = pipe.pages();
        pipe.set_capacity(bytes, pages_left)?;
        let after = pipe.pages();
        self.pipe_pages = self.pipe_pages + after - before;
        Ok(())
    }

    /// One more descriptor leads to `end`.
    pub(crate) fn hold(&mut self, end: End) {
        let Some(id) = end.object() else { return };
        match (self.all.get_mut(id.0 as usize), end) {
            (Some(Some(Object::Pipe(pipe))), End::Reading(_)) => *pipe.readers_mut() += 1,
            (Some(Some(Object::Pipe(pipe))), _) => *pipe.writers_mut() += 1,
            (Some(Some(Object::Channel(channel))), End::Side(_, side)) => channel.hold(side),
            (Some(Some(Object::Watch(watch))), _) => watch.holders += 1,
            _ => debug_assert!(false, "a descriptor leads to an object that is alive"),
        }
    }

    /// One descriptor less leads to `end`; the object goes with the last.
    pub(crate) fn release(&mut self, end: End) {
        let Some(id) = end.object() else { return };
        let Some(entry) = self.all.get_mut(id.0 as usize) else {
            return;
        };
        let gone = match (entry.as_mut(), end) {
            (Some(Object::Pipe(pipe)), End::Reading(_)) => {
                *pipe.readers_mut() -= 1;
                // What lies in a pipe of a queue only wakes.
                let loses = pipe.readers() == 0 && pipe.stream().bytes() > 0;
                self.unread += u32::from(loses && pipe.queue().is_none());
                pipe.readers() + pipe.writers() == 0
            }
            (Some(Object::Pipe(pipe)), _) => {
                *pipe.writers_mut() -= 1;
                pipe.readers() + pipe.writers() == 0
            }
            (Some(Object::Channel(channel)), End::Side(_, side)) => {
                let loses =
                    channel.holders(side) == 1 && channel.stream_from(1 - (side & 1)).bytes() > 0;
                self.unread += u32::from(loses);
                channel.release(side);
                channel.holders(0) + channel.holders(1) == 0
            }
            (Some(Object::Watch(watch)), _) => {
                watch.holders -= 1;
                watch.holders == 0
            }
            _ => return debug_assert!(false, "a descriptor leads to an object that is alive"),
        };
        if gone {
            let object = entry.take();
            self.alive -= 1;
            self.keep_memory(object);
        }
    }

    fn keep_memory(&mut self, object: Option<Object>) {
        match object {
            Some(Object::Pipe(pipe)) => {
                self.pipe_pages -= pipe.pages();
                self.spare_pipes.push(pipe);
            }
            Some(Object::Channel(channel)) => self.spare_channels.push(channel),
            Some(Object::Watch(_)) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_by_letters_in_order() {
        let name = |number| ObjectId(number).to_string();
        assert_eq!(name(0), "A");
        assert_eq!(name(25), "Z");
        assert_eq!(name(26), "AA");
        assert_eq!(name(26 + 26 * 26), "AAA");
        assert_eq!(name(u32::MAX), "MWLQKWV");
    }

    #[test]
    fn an_object_goes_with_its_last_descriptor_and_its_number_with_it() {
        let mut objects = Objects::default();
        let id = objects.make_pipe(None);
        objects.hold(End::Reading(id));
        objects.release(End::Reading(id));
        objects.release(End::Writing(id));
        assert!(objects.pipe(id).is_some());
        objects.release(End::Reading(id));
        assert!(objects.pipe(id).is_none());
        assert_ne!(objects.make_pipe(None), id);
    }

    #[test]
    fn pipes_are_small_once_all_together_hold_many_pages() {
        let mut objects = Objects::default();
        for _ in 0..PIPE_PAGES_PER_USER / PIPE_SLOTS {
            objects.make_pipe(None);
        }
        let small = objects.make_pipe(None);
        assert_eq!(objects.pipe(small).map(Pipe::capacity), Some(8192));
        assert_eq!(objects.set_capacity(small, 65_536), Err(Errno::PERM));
    }
}
