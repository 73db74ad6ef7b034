//! What the processes of a run did between their steps, and what the kernel read from their memories: enough to make
//! the same steps again, in any order that leaves each process what it saw, without the processes.

use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, ExitStatus, Pid};
use forktalk_kernel::fingerprint::Mixer;
use forktalk_kernel::{Memory, Position, Request};
use std::cell::RefCell;
use std::hash::{Hash, Hasher};

/// What one process did, from its beginning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    /// By process number.
    entries: Vec<Vec<Entry>>,
}

/// One thing that a process did.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) deed: Deed,
    /// What the kernel read for it.
    pub(crate) seen: Seen,
}

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Announce(Request, Position),
    Ask(Call),
    Wasi(usize, Vec<u64>),
    Ended(ExitStatus),
}

/// What was read from a memory: where, and what it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Vec<(u32, Result<Vec<u8>, Errno>)>);

impl Seen {
    /// Nothing was read.
    pub(crate) const NONE: &'static Seen = &Seen(Vec::new());
}

impl Tape {
    pub(crate) fn clear(&mut self) {
        self.entries.iter_mut().for_each(Vec::clear);
    }

    pub(crate) fn note(&mut self, pid: Pid, entry: Entry) {
        let index = pid.0 as usize;
        if self.entries.len() <= index {
            self.entries.resize(index + 1, Vec::new());
        }
        self.entries[index].push(entry);
    }

    /// The kernel read more for the call that a process announced last.
    pub(crate) fn saw(&mut self, pid: Pid, mut seen: Seen) {
        let entries = self.entries.get_mut(pid.0 as usize);
        if let Some(last) = entries.and_then(|entries| entries.last_mut()) {
            last.seen.0.append(&mut seen.0);
        }
    }

    pub(crate) fn of(&self, pid: Pid) -> &[Entry] {
        self.entries.get(pid.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// A memory that is watched while the kernel only reads it.
pub(crate) struct Looking<'a, M: ?Sized> {
    memory: &'a M,
    seen: RefCell<Seen>,
}

/// A memory that is watched: what is written to it, and, if that is to be kept, what is read.
pub(crate) struct Using<'a, M: ?Sized> {
    memory: &'a mut M,
    seen: Option<RefCell<Seen>>,
    wrote: Mixer,
}

impl<'a, M: Memory + ?Sized> Looking<'a, M> {
    pub(crate) fn new(memory: &'a M) -> Looking<'a, M> {
        let seen = RefCell::default();
        Looking { memory, seen }
    }

    pub(crate) fn into_seen(self) -> Seen {
        self.seen.into_inner()
    }
}

impl<'a, M: Memory + ?Sized> Using<'a, M> {
    pub(crate) fn new(memory: &'a mut M, keeps_seen: bool) -> Using<'a, M> {
        Using {
            memory,
            seen: keeps_seen.then(RefCell::default),
            wrote: Mixer::default(),
        }
    }

    /// What was read, and a number for what was written, and where.
    pub(crate) fn into_seen(self) -> (Seen, u64) {
        let seen = self.seen.map(RefCell::into_inner);
        (seen.unwrap_or_default(), self.wrote.finish())
    }
}

impl<M: Memory + ?Sized> Memory for Looking<'_, M> {
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        read(self.memory, &self.seen, address, buffer)
    }

    fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Errno> {
        // It is handed out behind a shared reference only.
        Err(Errno::FAULT)
    }
}

impl<M: Memory + ?Sized> Memory for Using<'_, M> {
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        match &self.seen {
            Some(seen) => read(self.memory, seen, address, buffer),
            None => self.memory.read(address, buffer),
        }
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Errno> {
        (address, bytes).hash(&mut self.wrote);
        self.memory.write(address, bytes)
    }
}

fn read<M: Memory + ?Sized>(
    memory: &M,
    seen: &RefCell<Seen>,
    address: u32,
    buffer: &mut [u8],
) -> Result<(), Errno> {
    let answer = memory.read(address, buffer);
    let bytes = answer.map(|()| buffer.to_vec());
    seen.borrow_mut().0.push((address, bytes));
    answer
}

/// A memory of which only is known what was read from it once; what is written to it is lost.
pub(crate) struct Recalled<'a>(pub(crate) &'a Seen);

impl Memory for Recalled<'_> {
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        let known = self.0.0.iter().rev().find(|(at, seen)| {
            *at == address
                && seen
                    .as_ref()
                    .map_or(true, |bytes| bytes.len() == buffer.len())
        });
        match known {
            Some((_, Ok(bytes))) => buffer.copy_from_slice(bytes),
            Some((_, Err(errno))) => return Err(*errno),
            // Bytes of a message that was cut elsewhere: what they are does not matter to who may go.
            None => buffer.fill(0),
        }
        Ok(())
    }

    fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Errno> {
        Ok(())
    }
}
