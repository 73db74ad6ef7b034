//! A lock in shared memory that survives its owner's death: a pthread mutex, process-shared and robust.
//!
//! The kernel walks a dying thread's list of robust mutexes and marks each; the next who locks it is told. A lock
//! belongs to the thread that took it: a forked child does not hold what its parent holds.

use crate::errno::translated;
use crate::timed_lock;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, Ordering};
use forktalk_abi::{Deadline, Errno, LOCK_BYTES, LOCKS, Locked, Result};
use nix::errno::Errno as Host;
use nix::libc;

const _: () = assert!(size_of::<libc::pthread_mutex_t>() <= LOCK_BYTES);
const _: () = assert!(align_of::<libc::pthread_mutex_t>() <= 8);

/// The locks of one region, as this process knows them.
#[derive(Debug)]
pub(crate) struct Locks {
    /// Which of them this process holds (in a forked child: more than it does, never less). Each is written only by the
    /// thread that has the lock.
    held: [AtomicBool; LOCKS],
}

impl Locks {
    #[allow(
        clippy::unnecessary_wraps,
        reason = "record locks need a file, which can fail"
    )]
    pub(crate) fn new() -> Result<Locks> {
        Ok(Locks {
            held: [const { AtomicBool::new(false) }; LOCKS],
        })
    }

    pub(crate) fn any_held(&self) -> bool {
        self.held.iter().any(|held| held.load(Ordering::Relaxed))
    }

    /// # Safety
    ///
    /// `place` has [`LOCK_BYTES`], a multiple of eight, in a shared mapping, and nobody else can see it.
    pub(crate) unsafe fn make(&self, place: NonNull<u8>) -> Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: `attributes` is made first, then used, then destroyed; `place` is as this function demands.
        unsafe {
            answered(libc::pthread_mutexattr_init(attributes))?;
            let made = answered(libc::pthread_mutexattr_setpshared(
                attributes,
                libc::PTHREAD_PROCESS_SHARED,
            ))
            .and_then(|()| {
                answered(libc::pthread_mutexattr_setrobust(
                    attributes,
                    libc::PTHREAD_MUTEX_ROBUST,
                ))
            })
            // Taking it twice is then answered with EDEADLK instead of silence for ever.
            .and_then(|()| {
                answered(libc::pthread_mutexattr_settype(
                    attributes,
                    libc::PTHREAD_MUTEX_ERRORCHECK,
                ))
            })
            .and_then(|()| answered(libc::pthread_mutex_init(place.as_ptr().cast(), attributes)));
            libc::pthread_mutexattr_destroy(attributes);
            made
        }
    }

    /// # Safety
    ///
    /// `place` holds a lock that [`Locks::make`] made.
    #[inline]
    pub(crate) unsafe fn lock(
        &self,
        place: NonNull<u8>,
        offset: usize,
        deadline: Option<Deadline>,
    ) -> Result<Locked> {
        let mutex = place.as_ptr().cast();
        let code = match deadline {
            // SAFETY: a mutex, as this function demands.
            None => unsafe { libc::pthread_mutex_lock(mutex) },
            // SAFETY: as above.
            Some(deadline) => unsafe { timed_lock::lock_until(mutex, deadline) },
        };
        let locked = match code {
            0 => Locked::Clean,
            // SAFETY: as above, and if it was so this thread has just become its owner.
            code => unsafe { taken_over(mutex, code) }?,
        };
        self.held[offset / LOCK_BYTES].store(true, Ordering::Relaxed);
        Ok(locked)
    }

    /// # Safety
    ///
    /// `place` holds a lock that [`Locks::make`] made.
    #[inline]
    pub(crate) unsafe fn unlock(&self, place: NonNull<u8>, offset: usize) -> Result<()> {
        let held = &self.held[offset / LOCK_BYTES];
        // Nobody else looks at it now: who has the lock is here, and to drop the region one must own it alone.
        let before = held.load(Ordering::Relaxed);
        held.store(false, Ordering::Relaxed);
        // SAFETY: a mutex, as this function demands; one that this thread does not hold answers EPERM.
        let answer = answered(unsafe { libc::pthread_mutex_unlock(place.as_ptr().cast()) });
        if answer.is_err() {
            held.store(before, Ordering::Relaxed);
        }
        answer
    }
}

/// What a lock answered that was not simply taken.
///
/// # Safety
///
/// If `code` is `EOWNERDEAD`, this thread owns `mutex`.
#[cold]
unsafe fn taken_over(mutex: *mut libc::pthread_mutex_t, code: libc::c_int) -> Result<Locked> {
    match code {
        libc::EOWNERDEAD => {
            // SAFETY: as this function demands.
            answered(unsafe { libc::pthread_mutex_consistent(mutex) })?;
            Ok(Locked::OwnerDied)
        }
        code => Err(translated(Host::from_raw(code))),
    }
}

/// The pthread functions answer the error number itself.
#[inline]
fn answered(code: libc::c_int) -> Result<()> {
    match code {
        0 => Ok(()),
        code => Err(code).map_err(|code| -> Errno { translated(Host::from_raw(code)) }),
    }
}
