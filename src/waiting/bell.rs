//! [`Place`]: what one can wait for; [`Bell`]: the pipe by which one is woken there.

use std::sync::Arc;

use forktalk_abi::{Errno, Fd, System};

use crate::Sys;
use crate::inherit::{End, Purpose};
use crate::ring;

/// What one can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Items,
    Room,
    Tasks,
}

impl Place {
    pub(crate) const ALL: [Place; 3] = [Place::Items, Place::Room, Place::Tasks];

    pub(crate) const fn first(self) -> usize {
        match self {
            Place::Items => ring::FIRST_FOR_ITEMS,
            Place::Room => ring::FIRST_FOR_ROOM,
            Place::Tasks => ring::FIRST_FOR_TASKS,
        }
    }

    pub(crate) const fn wanted(self) -> usize {
        match self {
            Place::Items => ring::ITEMS_WANTED,
            Place::Room => ring::ROOM_WANTED,
            Place::Tasks => ring::TASKS_WANTED,
        }
    }

    pub(crate) const fn bell(self) -> usize {
        match self {
            Place::Items => ring::ITEMS_BELL,
            Place::Room => ring::ROOM_BELL,
            Place::Tasks => ring::TASKS_BELL,
        }
    }
}

// Who wants to be told at a place; bits of its word.
/// Somebody sleeps on the word.
pub(crate) const NAPPING: u32 = 1;
/// Somebody polls the pipe.
pub(crate) const ARMED: u32 = 2;
/// A byte lies in the pipe, or is about to.
pub(crate) const RUNG: u32 = 4;

/// A pipe that wakes, and tells that nobody is left.
pub(crate) struct Bell {
    pub(crate) reading: Arc<End>,
    pub(crate) writing: Arc<End>,
}

impl Bell {
    #[track_caller]
    pub(crate) fn new() -> Result<Bell, Errno> {
        let (reading, writing) = Sys::pipe()?;
        Ok(Bell {
            reading: End::register(reading, Purpose::Bell),
            writing: End::register(writing, Purpose::Bell),
        })
    }

    #[track_caller]
    pub(crate) fn duplicate(&self) -> Result<Bell, Errno> {
        let reading = self.reading.duplicate()?;
        match self.writing.duplicate() {
            Ok(writing) => Ok(Bell { reading, writing }),
            Err(errno) => {
                reading.close();
                Err(errno)
            }
        }
    }

    pub(crate) fn reading(&self) -> Result<Fd, Errno> {
        self.reading.fd().ok_or(Errno::BADF)
    }

    pub(crate) fn writing(&self) -> Result<Fd, Errno> {
        self.writing.fd().ok_or(Errno::BADF)
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.reading.drop_owner();
        self.writing.drop_owner();
    }
}
