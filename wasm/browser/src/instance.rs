//! Which instance a process lives in, and which are used again.
//!
//! An instance costs a hundred times what a copy of its memory does, and a tab holds 124 of them at most: an instance
//! whose process ended waits here for the next. Memory cannot shrink: the next must want at least as much.

use forktalk_abi::Pid;
use wasm_bindgen::JsValue;

use crate::imports::Guests;

/// How many instances are kept: a Chromium tab holds 124 memories, those of the page itself among them.
const MOST: usize = 100;

/// How a process begins in its instance.
#[derive(Clone, Copy)]
pub(crate) enum Begin {
    /// At the program's own start.
    Root,
    /// With the closure at this address.
    Child(u32),
}

/// A process and where it lives.
struct Living {
    pid: Pid,
    slot: u32,
    /// Until it has begun.
    begin: Option<Begin>,
}

/// The instances of a module.
pub(crate) struct Instances {
    /// The size of a memory that nothing has run in.
    fresh_bytes: u32,
    /// Whether the stack lies below everything else, so that fork need not copy the dead part of it.
    stack_first: bool,
    /// Those without a process, with the size of their memory.
    free: Vec<(u32, u32)>,
    /// How many there are, free or not.
    count: usize,
    /// Processes that have an instance. Few at a time, so a list is quickest.
    living: Vec<Living>,
}

impl Instances {
    /// Knows the one instance that JavaScript made to look at the module.
    pub(crate) fn new(guests: &Guests) -> Instances {
        let fresh_bytes = guests.bytes(0);
        Instances {
            fresh_bytes,
            stack_first: guests.stack_first(),
            free: vec![(0, fresh_bytes)],
            count: 1,
            living: Vec::new(),
        }
    }

    /// An instance as if nothing had ever run in it.
    pub(crate) fn take_fresh(&mut self, guests: &Guests) -> Result<u32, JsValue> {
        let slot = self.take(guests, self.fresh_bytes)?;
        guests.refresh(slot);
        Ok(slot)
    }

    /// An instance with a memory of this size, whatever lies in it.
    pub(crate) fn take(&mut self, guests: &Guests, bytes: u32) -> Result<u32, JsValue> {
        let best = (0..self.free.len())
            .filter(|&index| self.free[index].1 <= bytes)
            .max_by_key(|&index| self.free[index].1);
        let (slot, has) = match best {
            Some(index) => self.free.swap_remove(index),
            None => (self.make(guests)?, self.fresh_bytes),
        };
        if has < bytes {
            guests.grow(slot, bytes)?;
        }
        Ok(slot)
    }

    /// Gives `slot` to a process.
    pub(crate) fn settle(&mut self, pid: Pid, slot: u32, begin: Begin) {
        self.living.push(Living {
            pid,
            slot,
            begin: Some(begin),
        });
    }

    /// Where a process lives.
    pub(crate) fn slot_of(&self, pid: Pid) -> Option<u32> {
        self.living
            .iter()
            .find(|living| living.pid == pid)
            .map(|living| living.slot)
    }

    /// Who lives there.
    pub(crate) fn pid_in(&self, slot: u32) -> Option<Pid> {
        self.living
            .iter()
            .find(|living| living.slot == slot)
            .map(|living| living.pid)
    }

    /// How a process begins, told once.
    pub(crate) fn take_begin(&mut self, pid: Pid) -> Option<Begin> {
        let living = self.living.iter_mut().find(|living| living.pid == pid)?;
        living.begin.take()
    }

    /// Ends a process's stack and frees its instance.
    pub(crate) fn end(&mut self, guests: &Guests, pid: Pid) {
        if let Some(index) = self.living.iter().position(|living| living.pid == pid) {
            let Living { slot, .. } = self.living.swap_remove(index);
            guests.end(slot);
            self.free.push((slot, guests.bytes(slot)));
        }
    }

    /// Ends all that are left, at the end of a run.
    pub(crate) fn end_all(&mut self, guests: &Guests) {
        while let Some(last) = self.living.last() {
            let pid = last.pid;
            self.end(guests, pid);
        }
    }

    /// Where fork's copy begins for a stack that has grown down to this address.
    pub(crate) fn copied_from(&self, stack_pointer: u32) -> u32 {
        if self.stack_first { stack_pointer } else { 0 }
    }

    /// One more; the largest free one makes room for it where there are as many as there may be.
    fn make(&mut self, guests: &Guests) -> Result<u32, JsValue> {
        if self.count >= MOST {
            let largest = (0..self.free.len()).max_by_key(|&index| self.free[index].1);
            if let Some(index) = largest {
                guests.drop(self.free.swap_remove(index).0);
                self.count -= 1;
            }
        }
        let slot = guests.make()?;
        self.count += 1;
        Ok(slot)
    }
}
