//! Which ends a child keeps: the registry, the birth pipe.
//!
//! Fork copies every descriptor. For each end that forktalk made, this process has an entry in its registry, so
//! that a child can be left with exactly what it was given:
//!
//! ```text
//! parent                                       child
//! birth pipe, snapshot of the registry
//! fork ───────────────────────────────────────▶ a copy of everything
//! drops its closure: what it owned is closed     │ waits at the birth pipe
//! what left the registry belongs to the child    │
//! writes those numbers into the birth pipe ────▶ closes every end that is not among them
//!                                                runs the closure
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use forktalk_abi::{Errno, Fd, System};

use crate::Sys;
use crate::acting::Acting;
use crate::children::Child;
use crate::current::Identity;
use crate::frame::{Reader, Writer};
use crate::turn::{Turns, lock};

/// All that belongs to this process as a whole, under one lock: fork holds it, so that no child finds it taken.
pub(crate) struct State {
    ends: BTreeMap<u64, Arc<End>>,
    pub(crate) children: Vec<Arc<Child>>,
    pub(crate) me: Option<Identity>,
}

static STATE: Mutex<State> = Mutex::new(State {
    ends: BTreeMap::new(),
    children: Vec::new(),
    me: None,
});

/// The state of this process.
pub(crate) fn state() -> MutexGuard<'static, State> {
    lock(&STATE)
}

/// What an end is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It carries messages, and forktalk made it.
    Messages,
    /// It carries messages, and came from outside: who else holds it is not known.
    Foreign,
    /// It tells the end of a child.
    Watch,
    /// It tells a child which ends to keep.
    Birth,
    /// It wakes those who wait at a queue.
    Bell,
}

/// A descriptor that this library owns, and what this process has in hand of it.
pub(crate) struct End {
    id: u64,
    /// -1 once closed.
    fd: AtomicI32,
    purpose: Purpose,
    turns: OnceLock<Arc<Turns>>,
    pub(crate) reader: Mutex<Reader>,
    pub(crate) writer: Mutex<Writer>,
}

impl End {
    /// Takes over `fd`.
    pub(crate) fn register(fd: Fd, purpose: Purpose) -> Arc<End> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let end = Arc::new(End {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            fd: AtomicI32::new(fd.0),
            purpose,
            turns: OnceLock::new(),
            reader: Mutex::new(Reader::default()),
            writer: Mutex::new(Writer::default()),
        });
        state().ends.insert(end.id, Arc::clone(&end));
        end
    }

    /// Its descriptor, or nothing once it is closed.
    pub(crate) fn fd(&self) -> Option<Fd> {
        match self.fd.load(Ordering::Relaxed) {
            -1 => None,
            fd => Some(Fd(fd)),
        }
    }

    /// Whether nobody but forktalk can have given it to another process.
    pub(crate) fn is_ours(&self) -> bool {
        self.purpose == Purpose::Messages
    }

    pub(crate) fn turns(&self) -> Option<&Turns> {
        self.turns.get().map(AsRef::as_ref)
    }

    /// The turns to be taken, or nothing while this descriptor is the only one.
    #[track_caller]
    pub(crate) fn turns_with_others(&self) -> Option<&Turns> {
        match self.turns() {
            Some(turns) if !turns.alone() => Some(turns),
            _ => None,
        }
    }

    /// Closes it in this process; closing again does nothing.
    #[track_caller]
    pub(crate) fn close(&self) {
        // A child closes under its registry's lock, which is why the entry goes by itself.
        state().ends.remove(&self.id);
        self.close_descriptor();
    }

    #[track_caller]
    fn close_descriptor(&self) {
        let fd = self.fd.swap(-1, Ordering::Relaxed);
        if fd == -1 {
            return;
        }
        if let Some(turns) = self.turns() {
            turns.leave();
        }
        // It was open and is ours: there is nothing that could fail and be mended here.
        let _ = Sys::close(Fd(fd));
    }

    /// Closes it because its owner went out of scope, which is no line of the program.
    pub(crate) fn drop_owner(&self) {
        let _acting = Acting::nowhere();
        self.close();
    }

    /// Another descriptor of the same end in this process.
    #[track_caller]
    pub(crate) fn duplicate(&self) -> Result<Arc<End>, Errno> {
        let fd = self.fd().ok_or(Errno::BADF)?;
        self.share()?;
        let copy = match Sys::duplicate(fd) {
            Ok(copy) => End::register(copy, self.purpose),
            Err(errno) => {
                self.unshare();
                return Err(errno);
            }
        };
        if let Some(turns) = self.turns.get() {
            // The copy is new: nobody can have set it.
            let _ = copy.turns.set(Arc::clone(turns));
        }
        lock(&copy.reader).leftover = lock(&self.reader).leftover.clone();
        Ok(copy)
    }

    /// Readies it for one more descriptor of the same end: counts it, and lays what was read ahead where all can
    /// reach it.
    #[track_caller]
    fn share(&self) -> Result<(), Errno> {
        if !matches!(self.purpose, Purpose::Messages | Purpose::Foreign) {
            return Ok(());
        }
        if self.turns.get().is_none() {
            let turns = Arc::new(Turns::new()?);
            // Another thread may have been first: then its turns hold, and these are given back.
            let _ = self.turns.set(turns);
        }
        // Whoever holds this lock is receiving at this moment: what it has in hand stays with it.
        if let Ok(mut reader) = self.reader.try_lock() {
            reader.lay_out()?;
        }
        if let Some(turns) = self.turns() {
            turns.join();
        }
        Ok(())
    }

    #[track_caller]
    fn unshare(&self) {
        if let Some(turns) = self.turns() {
            turns.leave();
        }
    }
}

impl State {
    /// Readies every end for a fork.
    #[track_caller]
    pub(crate) fn share_ends(&self) -> Result<(), Errno> {
        for (done, end) in self.ends.values().enumerate() {
            if let Err(errno) = end.share() {
                self.ends.values().take(done).for_each(|end| end.unshare());
                return Err(errno);
            }
        }
        Ok(())
    }

    /// Undoes [`State::share_ends`]: no child came of it.
    #[track_caller]
    pub(crate) fn unshare_ends(&self) {
        for end in self.ends.values() {
            end.unshare();
        }
    }

    /// The ends that are open now, by their numbers in the registry.
    pub(crate) fn open_ends(&self) -> Vec<(u64, Fd)> {
        self.ends
            .values()
            .filter_map(|end| Some((end.id, end.fd()?)))
            .collect()
    }

    /// Which of `before` are no longer there.
    pub(crate) fn gone_of(&self, before: &[(u64, Fd)]) -> Vec<Fd> {
        before
            .iter()
            .filter(|(id, _)| !self.ends.contains_key(id))
            .map(|(_, fd)| *fd)
            .collect()
    }

    #[inline]
    pub(crate) fn has_ends(&self) -> bool {
        !self.ends.is_empty()
    }

    /// In a child: what the parent had in hand stays with the parent, and what it was doing is not done here.
    pub(crate) fn enter_child(&mut self) {
        for end in self.ends.values() {
            match end.reader.try_lock() {
                Ok(mut reader) => reader.enter_child(),
                // A thread of the parent holds it, and there is no such thread here: nobody will ever release it.
                Err(_) => end.close_descriptor(),
            }
            if end.writer.try_lock().is_err() {
                end.close_descriptor();
            }
        }
        self.ends.retain(|_, end| end.fd().is_some());
    }

    /// In a child of `fork`: the ends by which the parent watches its other children are of no use here.
    #[inline]
    #[track_caller]
    pub(crate) fn close_watches(&mut self) {
        if self.has_ends() {
            self.close_ends(|end| end.purpose == Purpose::Watch);
        }
    }

    /// In a child of `spawn`: closes every end but those of `keep`.
    #[track_caller]
    pub(crate) fn close_all_but(&mut self, keep: &[Fd]) {
        self.close_ends(|end| end.fd().is_none_or(|fd| !keep.contains(&fd)));
    }

    #[track_caller]
    fn close_ends(&mut self, doomed: impl Fn(&End) -> bool) {
        let ids: Vec<u64> = self
            .ends
            .values()
            .filter(|end| doomed(end))
            .map(|end| end.id)
            .collect();
        for id in ids {
            if let Some(end) = self.ends.remove(&id) {
                end.close_descriptor();
            }
        }
    }

    /// This process is about to exit, which closes its ends: the others need not take turns with it any more.
    #[track_caller]
    pub(crate) fn leave_ends(&self) {
        for end in self.ends.values() {
            end.unshare();
        }
    }
}

/// The pipe over which a parent tells its child which ends to keep.
pub(crate) struct BirthPipe {
    reading: Arc<End>,
    writing: Arc<End>,
}

impl BirthPipe {
    #[track_caller]
    pub(crate) fn new() -> Result<BirthPipe, Errno> {
        let (reading, writing) = Sys::pipe()?;
        Ok(BirthPipe {
            reading: End::register(reading, Purpose::Birth),
            writing: End::register(writing, Purpose::Birth),
        })
    }

    /// Parent: tells the child to keep these.
    #[track_caller]
    pub(crate) fn tell(&self, keep: &[Fd]) {
        let mut bytes = Vec::with_capacity(4 * (keep.len() + 1));
        bytes.extend_from_slice(&(keep.len() as u32).to_le_bytes());
        for fd in keep {
            bytes.extend_from_slice(&fd.0.to_le_bytes());
        }
        if let Some(fd) = self.writing.fd() {
            // If the child was killed already there is nobody to be told.
            let _ = Sys::write(fd, &[], &bytes);
        }
    }

    /// Child: waits to be told. Nothing if the parent ended before it could say.
    #[track_caller]
    pub(crate) fn listen(&self) -> Option<Vec<Fd>> {
        // With this copy open, the end of the parent would not be seen.
        self.writing.close_descriptor();
        let count = u32::from_le_bytes(self.read_exactly(4)?.try_into().ok()?);
        let bytes = self.read_exactly(4 * count as usize)?;
        let numbers = bytes
            .chunks_exact(4)
            .filter_map(|word| word.try_into().ok());
        Some(numbers.map(|word| Fd(i32::from_le_bytes(word))).collect())
    }

    #[track_caller]
    fn read_exactly(&self, count: usize) -> Option<Vec<u8>> {
        let fd = self.reading.fd()?;
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let missing = count - bytes.len();
            match Sys::read_append(fd, &mut bytes, missing) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return None,
            }
        }
        Some(bytes)
    }
}

impl Drop for BirthPipe {
    fn drop(&mut self) {
        self.reading.drop_owner();
        self.writing.drop_owner();
    }
}
