//! Descriptors: a process's numbers for the ends that it holds.
//!
//! An open description of Linux carries an offset and flags beside the object; ours has neither, so the open
//! description *is* the end ([`End`]), and how many descriptors of all processes share it is counted at the object.

use crate::Position;
use crate::object::ObjectId;
use forktalk_abi::{Errno, Fd};

/// What a descriptor leads to: an end of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// Standard input.
    Stdin,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The reading end of a pipe.
    Reading(ObjectId),
    /// The writing end of a pipe.
    Writing(ObjectId),
    /// A side of a channel, 0 or 1.
    Side(ObjectId, u8),
    /// A watched process.
    Watching(ObjectId),
}

impl End {
    /// The object; standard streams have none.
    #[inline]
    #[must_use]
    pub fn object(self) -> Option<ObjectId> {
        match self {
            End::Stdin | End::Stdout | End::Stderr => None,
            End::Reading(id) | End::Writing(id) | End::Side(id, _) | End::Watching(id) => Some(id),
        }
    }

    /// Whether `read` may be asked of it.
    #[inline]
    pub(crate) fn to_read(self) -> Result<End, Errno> {
        match self {
            End::Stdin | End::Reading(_) | End::Side(..) => Ok(self),
            // Linux's pidfd is open for both, but has neither operation.
            End::Watching(_) => Err(Errno::INVAL),
            End::Stdout | End::Stderr | End::Writing(_) => Err(Errno::BADF),
        }
    }

    /// Whether `write` may be asked of it.
    #[inline]
    pub(crate) fn to_write(self) -> Result<End, Errno> {
        match self {
            End::Stdout | End::Stderr | End::Writing(_) | End::Side(..) => Ok(self),
            End::Watching(_) => Err(Errno::INVAL),
            End::Stdin | End::Reading(_) => Err(Errno::BADF),
        }
    }
}

/// A descriptor, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// What it leads to.
    pub end: End,
    /// The step at which it was made, in this process or the ancestor from which it was inherited.
    pub made_at: u32,
    /// The call that made it.
    pub made_from: Position,
    /// The step of the fork by which this process got it; nothing if it made it itself.
    pub inherited_at: Option<u32>,
}

/// A process's descriptors.
#[derive(Debug, Default)]
pub(crate) struct Descriptors {
    /// By number.
    all: Vec<Option<Descriptor>>,
}

impl Descriptors {
    /// Standard input, output and error, and nothing else.
    pub(crate) fn open_standard(&mut self) {
        self.all.clear();
        for end in [End::Stdin, End::Stdout, End::Stderr] {
            self.all.push(Some(Descriptor {
                end,
                made_at: 0,
                made_from: Position::default(),
                inherited_at: None,
            }));
        }
    }

    /// All of `parent`'s, as fork copies them at `step`.
    pub(crate) fn inherit(&mut self, parent: &Descriptors, step: u32) {
        self.all.clone_from(&parent.all);
        for descriptor in self.all.iter_mut().flatten() {
            descriptor.inherited_at = Some(step);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Fd, &Descriptor)> {
        let numbered = self.all.iter().enumerate();
        numbered.filter_map(|(number, entry)| Some((Fd(number as i32), entry.as_ref()?)))
    }

    #[inline]
    pub(crate) fn get(&self, fd: Fd) -> Result<&Descriptor, Errno> {
        match usize::try_from(fd.0).ok().and_then(|n| self.all.get(n)) {
            Some(Some(descriptor)) => Ok(descriptor),
            _ => Err(Errno::BADF),
        }
    }

    #[inline]
    pub(crate) fn end(&self, fd: Fd) -> Result<End, Errno> {
        Ok(self.get(fd)?.end)
    }

    /// That `more` descriptors find a number below `limit`.
    pub(crate) fn has_room(&self, more: usize, limit: usize) -> Result<(), Errno> {
        let taken = self.all.iter().flatten().count();
        match taken + more <= limit {
            true => Ok(()),
            false => Err(Errno::MFILE),
        }
    }

    /// Gives `descriptor` the lowest free number.
    pub(crate) fn add(&mut self, descriptor: Descriptor) -> Fd {
        let free = self.all.iter().position(Option::is_none);
        let number = free.unwrap_or(self.all.len());
        if free.is_none() {
            self.all.push(None);
        }
        self.all[number] = Some(descriptor);
        Fd(number as i32)
    }

    /// Makes a descriptor lead elsewhere; answers where it led.
    pub(crate) fn lead_to(&mut self, fd: Fd, end: End) -> Result<End, Errno> {
        let entry = usize::try_from(fd.0).ok().and_then(|n| self.all.get_mut(n));
        let descriptor = entry.and_then(Option::as_mut).ok_or(Errno::BADF)?;
        Ok(std::mem::replace(&mut descriptor.end, end))
    }

    /// Takes a descriptor out.
    pub(crate) fn remove(&mut self, fd: Fd) -> Result<End, Errno> {
        let entry = usize::try_from(fd.0).ok().and_then(|n| self.all.get_mut(n));
        let descriptor = entry.and_then(Option::take).ok_or(Errno::BADF)?;
        Ok(descriptor.end)
    }

    /// Takes all out.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = End> {
        self.all
            .drain(..)
            .flatten()
            .map(|descriptor| descriptor.end)
    }
}
