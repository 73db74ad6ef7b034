//! poll(2): which of many descriptors are ready.

use crate::descriptor::{Descriptors, End};
use crate::memory::{Memory, check};
use crate::object::Objects;
use crate::process::Processes;
use forktalk_abi::{Errno, Fd};

// As <poll.h> numbers them on Linux.
pub(crate) const IN: u16 = 0x1;
pub(crate) const OUT: u16 = 0x4;
pub(crate) const ERR: u16 = 0x8;
pub(crate) const HUP: u16 = 0x10;
pub(crate) const NVAL: u16 = 0x20;
pub(crate) const RDNORM: u16 = 0x40;
pub(crate) const WRNORM: u16 = 0x100;
pub(crate) const WRBAND: u16 = 0x200;
pub(crate) const RDHUP: u16 = 0x2000;

/// The bytes of a `struct pollfd`.
const ENTRY_BYTES: u32 = 8;

/// A descriptor that a poll watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The descriptor; a negative one is passed over.
    pub fd: Fd,
    /// What is asked for, in poll(2)'s bits.
    pub interest: u16,
    /// What the descriptor leads to; nothing if it is not open.
    pub end: Option<End>,
}

/// Reads the entries of a poll into `watched`.
pub(crate) fn parse<M: Memory + ?Sized>(
    memory: &M,
    entries: u32,
    count: u32,
    descriptors: &Descriptors,
    most: usize,
    watched: &mut Vec<Watched>,
) -> Result<(), Errno> {
    watched.clear();
    if count as usize > most {
        return Err(Errno::INVAL);
    }
    check(memory, entries, count * ENTRY_BYTES)?;
    for index in 0..count {
        let mut entry = [0; 6];
        memory.read(entries + index * ENTRY_BYTES, &mut entry)?;
        let [a, b, c, d, low, high] = entry;
        let fd = Fd(i32::from_le_bytes([a, b, c, d]));
        watched.push(Watched {
            fd,
            interest: u16::from_le_bytes([low, high]),
            end: descriptors.end(fd).ok(),
        });
    }
    Ok(())
}

/// What is told of one descriptor; nothing is zero.
pub(crate) fn told(watched: &Watched, objects: &Objects, processes: &Processes) -> u16 {
    match watched.end {
        None if watched.fd.0 < 0 => 0,
        None => NVAL,
        Some(end) => conditions(end, objects, processes) & (watched.interest | ERR | HUP),
    }
}

fn conditions(end: End, objects: &Objects, processes: &Processes) -> u16 {
    let told = match end {
        // As a file, which a given standard input is.
        End::Stdin => Some(IN | RDNORM),
        End::Stdout | End::Stderr => Some(OUT | WRNORM),
        End::Reading(id) => objects.pipe(id).map(|pipe| pipe.reading_conditions()),
        End::Writing(id) => objects.pipe(id).map(|pipe| pipe.writing_conditions()),
        End::Side(id, side) => objects.channel(id).map(|channel| channel.conditions(side)),
        End::Watching(id) => objects.watched(id).map(|pid| match processes.get(pid) {
            Some(process) if process.is_alive() => 0,
            Some(process) if process.is_zombie() => IN | RDNORM,
            _ => IN | RDNORM | HUP,
        }),
    };
    told.unwrap_or(NVAL)
}

/// Writes the answers into the entries, and counts those that are ready.
pub(crate) fn answer<M: Memory + ?Sized>(
    memory: &mut M,
    entries: u32,
    watched: &[Watched],
    objects: &Objects,
    processes: &Processes,
) -> Result<u32, Errno> {
    let mut ready = 0;
    let mut place = entries.wrapping_add(6);
    for one in watched {
        let told = told(one, objects, processes);
        ready += u32::from(told != 0);
        memory.write(place, &told.to_le_bytes())?;
        place = place.wrapping_add(ENTRY_BYTES);
    }
    Ok(ready)
}
