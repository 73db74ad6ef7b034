//! A lock in shared memory that survives its owner's death: a pthread mutex, process-shared and robust.
//!
//! The kernel walks a dying thread's list of robust mutexes and marks each; the next who locks it is told. A lock
//! belongs to the thread that took it: a forked child does not hold what its parent holds.

use crate::errno::translated;
use crate::timed_lock;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};
use forktalk_abi::{Deadline, Errno, LOCK_BYTES, Locked, Result};
use nix::errno::Errno as Host;
use nix::libc;

const _: () = assert!(size_of::<libc::pthread_mutex_t>() <= LOCK_BYTES);
const _: () = assert!(align_of::<libc::pthread_mutex_t>() <= 8);

/// The locks of one region, as this process knows them.
#[derive(Debug)]
pub(crate) struct Locks {
    /// How many this process holds (in a forked child: more than it does, never less).
    held: AtomicU32,
}

impl Locks {
    #[allow(
        clippy::unnecessary_wraps,
        reason = "record locks need a file, which can fail"
    )]
    pub(crate) fn new() -> Result<Locks> {
        Ok(Locks {
            held: AtomicU32::new(0),
        })
    }

    pub(crate) fn any_held(&self) -> bool {
        self.held.load(Ordering::Relaxed) != 0
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
        _offset: usize,
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
            libc::EOWNERDEAD => {
                // SAFETY: as above, and this thread has just become its owner.
                answered(unsafe { libc::pthread_mutex_consistent(mutex) })?;
                Locked::OwnerDied
            }
            code => return Err(translated(Host::from_raw(code))),
        };
        self.held.fetch_add(1, Ordering::Relaxed);
        Ok(locked)
    }

    /// # Safety
    ///
    /// `place` holds a lock that [`Locks::make`] made.
    #[inline]
    pub(crate) unsafe fn unlock(&self, place: NonNull<u8>, _offset: usize) -> Result<()> {
        // SAFETY: a mutex, as this function demands; one that this thread does not hold answers EPERM.
        answered(unsafe { libc::pthread_mutex_unlock(place.as_ptr().cast()) })?;
        self.held.fetch_sub(1, Ordering::Relaxed);
        Ok(())
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
