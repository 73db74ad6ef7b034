//! A lock in shared memory that survives its owner's death, where pthread mutexes are not robust: a record lock.
//!
//! Each region has an unnamed file, and a lock is the byte of that file at the lock's offset, taken by `fcntl`: the
//! kernel releases it when the process ends, however it ends. A word in the region names the holder; whoever takes
//! the lock and finds a name there knows that the holder died.
//!
//! Record locks belong to processes, so the threads of one process take turns by a list of their own. They are not
//! copied by fork, and the list knows which process it is of. What it costs: a system call each for taking and
//! releasing, and a wait with a deadline looks again and again, up to a millisecond apart.

use crate::errno::translated;
use crate::{clock, process};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicI32, Ordering};
use core::time::Duration;
use forktalk_abi::{Deadline, Errno, Locked, Pid, Result};
use nix::errno::Errno as Host;
use nix::libc;
use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Between two looks at a lock that is waited for with a deadline.
const SHORTEST_PAUSE: Duration = Duration::from_micros(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(1);

/// The word of a lock that nobody holds.
const NOBODY: i32 = 0;

/// The locks of one region, as this process knows them.
#[derive(Debug)]
pub(crate) struct Locks {
    /// Closed only with the region: closing any descriptor of a file drops the process's record locks on it.
    file: OwnedFd,
    turns: Mutex<Turns>,
    released: Condvar,
}

/// Which locks the threads of this process hold or are about to take.
#[derive(Debug)]
struct Turns {
    process: Pid,
    offsets: Vec<usize>,
}

impl Locks {
    pub(crate) fn new() -> Result<Locks> {
        Ok(Locks {
            file: unnamed_file()?,
            turns: Mutex::new(Turns {
                process: process::own_pid(),
                offsets: Vec::new(),
            }),
            released: Condvar::new(),
        })
    }

    pub(crate) fn any_held(&self) -> bool {
        !self.turns().offsets.is_empty()
    }

    /// # Safety
    ///
    /// `place` has [`LOCK_BYTES`](forktalk_abi::LOCK_BYTES), a multiple of eight, in a shared mapping, and nobody
    /// else can see it.
    pub(crate) unsafe fn make(&self, place: NonNull<u8>) -> Result<()> {
        // SAFETY: as this function demands.
        unsafe { holder(place) }.store(NOBODY, Ordering::Release);
        Ok(())
    }

    /// # Safety
    ///
    /// `place` holds a lock that [`Locks::make`] made.
    pub(crate) unsafe fn lock(
        &self,
        place: NonNull<u8>,
        offset: usize,
        deadline: Option<Deadline>,
    ) -> Result<Locked> {
        self.take_turn(offset, deadline)?;
        if let Err(error) = self.take_record(offset, deadline) {
            self.end_turn(offset);
            return Err(error);
        }
        // SAFETY: as this function demands.
        let holder = unsafe { holder(place) };
        match holder.swap(process::own_pid().0, Ordering::AcqRel) {
            NOBODY => Ok(Locked::Clean),
            _ => Ok(Locked::OwnerDied),
        }
    }

    /// # Safety
    ///
    /// `place` holds a lock that [`Locks::make`] made.
    pub(crate) unsafe fn unlock(&self, place: NonNull<u8>, offset: usize) -> Result<()> {
        if !self.turns().offsets.contains(&offset) {
            return Err(Errno::PERM);
        }
        // SAFETY: as this function demands.
        unsafe { holder(place) }.store(NOBODY, Ordering::Release);
        let released = record_lock(&self.file, libc::F_SETLK, libc::F_UNLCK as _, offset);
        self.end_turn(offset);
        released.map_err(translated)
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let own = process::own_pid();
        if turns.process != own {
            // A copy made by fork: the parent's threads, and what they hold, are not here.
            turns.process = own;
            turns.offsets.clear();
        }
        turns
    }

    fn take_turn(&self, offset: usize, deadline: Option<Deadline>) -> Result<()> {
        let mut turns = self.turns();
        while turns.offsets.contains(&offset) {
            turns = match deadline.map(clock::next_wait) {
                None => self
                    .released
                    .wait(turns)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return Err(Errno::TIMEDOUT),
                Some(wait) => {
                    let waited = self.released.wait_timeout(turns, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        turns.offsets.push(offset);
        Ok(())
    }

    fn end_turn(&self, offset: usize) {
        self.turns().offsets.retain(|held| *held != offset);
        self.released.notify_all();
    }

    fn take_record(&self, offset: usize, deadline: Option<Deadline>) -> Result<()> {
        let Some(deadline) = deadline else {
            return wait_for_record(&self.file, offset);
        };
        let mut pause = SHORTEST_PAUSE;
        loop {
            match record_lock(&self.file, libc::F_SETLK, libc::F_WRLCK as _, offset) {
                Ok(()) => return Ok(()),
                // POSIX lets a kernel choose between the two.
                Err(Host::EAGAIN | Host::EACCES) => {}
                Err(Host::EINTR) => continue,
                Err(other) => return Err(translated(other)),
            }
            match clock::next_wait(deadline) {
                Duration::ZERO => return Err(Errno::TIMEDOUT),
                wait => std::thread::sleep(wait.min(pause)),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn wait_for_record(file: &OwnedFd, offset: usize) -> Result<()> {
    loop {
        match record_lock(file, libc::F_SETLKW, libc::F_WRLCK as _, offset) {
            Err(Host::EINTR) => {}
            taken => return taken.map_err(translated),
        }
    }
}

fn record_lock(
    file: &OwnedFd,
    command: libc::c_int,
    kind: libc::c_short,
    offset: usize,
) -> nix::Result<()> {
    // SAFETY: all zeroes is a `flock`.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = kind as _;
    lock.l_whence = libc::SEEK_SET as _;
    lock.l_start = libc::off_t::try_from(offset).map_err(|_| Host::EOVERFLOW)?;
    lock.l_len = 1;
    // SAFETY: `lock` is a live `flock`, which is what these commands read.
    let answered = unsafe { libc::fcntl(file.as_raw_fd(), command, &lock) };
    Host::result(answered).map(drop)
}

/// # Safety
///
/// `place` has four bytes, at a multiple of four, in a mapping that outlives the answer.
unsafe fn holder<'a>(place: NonNull<u8>) -> &'a AtomicI32 {
    // SAFETY: as this function demands.
    unsafe { AtomicI32::from_ptr(place.cast().as_ptr()) }
}

/// A file that loses its name at once, so that nothing is left over after a crash.
fn unnamed_file() -> Result<OwnedFd> {
    let name = format!(
        "forktalk-locks-{}-{}",
        process::own_pid(),
        clock::now().as_nanos()
    );
    let path = std::env::temp_dir().join(name);
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o600);
    let file = options.open(&path).map_err(|error| {
        let code = error.raw_os_error().unwrap_or(libc::EIO);
        translated(Host::from_raw(code))
    })?;
    let _ = std::fs::remove_file(path);
    Ok(file.into())
}
