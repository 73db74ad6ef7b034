//! Memory that processes share: anonymous, so nothing is left over after a crash.

use crate::errno::translated;
use crate::recorder::{self, Asked, Use, asks, does, uses};
use crate::robust_lock::Locks;
use crate::{clock, discard, linger, wait_on_word};
use core::num::NonZeroUsize;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use forktalk_abi::{Deadline, Errno, LOCK_BYTES, LOCKS, Locked, Region, Result};
use nix::errno::Errno as Host;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// Memory that this process and all it forks share. Dropping it gives back this process's mapping only.
#[derive(Debug)]
pub struct SharedRegion {
    base: NonNull<u8>,
    bytes: usize,
    locks: Locks,
}

// SAFETY: the mapping lives as long as the value and belongs to no thread. Words are atomic; for plain bytes the
// seam makes the callers take turns.
unsafe impl Send for SharedRegion {}
// SAFETY: as above.
unsafe impl Sync for SharedRegion {}

#[track_caller]
pub(crate) fn map(bytes: usize) -> Result<SharedRegion> {
    let size = NonZeroUsize::new(bytes).ok_or(Errno::INVAL)?;
    let locks = Locks::new()?;
    // SAFETY: a new anonymous mapping, at an address that the kernel picks, touches nothing that exists.
    let base = unsafe {
        mmap_anonymous(
            None,
            size,
            ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
            MapFlags::MAP_SHARED | discard::ON_DEMAND,
        )
    };
    let base = base.map_err(translated)?.cast();
    let region = SharedRegion { base, bytes, locks };
    does(Asked::Map {
        region: region.address(),
        bytes,
    });
    Ok(region)
}

impl Drop for SharedRegion {
    fn drop(&mut self) {
        // The C library keeps a list of the robust locks that a thread holds, in the locks themselves: taken away
        // under it, the list would lead nowhere. Such a mapping stays until the process ends.
        if self.locks.any_held() {
            return;
        }
        does(Asked::Unmap {
            region: self.address(),
        });
        // SAFETY: mapped by `map`, with this size; every reference into it borrowed `self`.
        let _ = unsafe { munmap(self.base.cast(), self.bytes) };
    }
}

impl SharedRegion {
    /// Where it lies: the same in all processes that have it, since they have it by fork.
    #[inline]
    pub(crate) fn address(&self) -> usize {
        self.base.as_ptr() as usize
    }

    /// The one door to an address inside: `bytes` at `offset`, which must be a multiple of `alignment`.
    #[inline]
    fn at(&self, offset: usize, bytes: usize, alignment: usize) -> NonNull<u8> {
        let end = offset.checked_add(bytes);
        assert!(
            end.is_some_and(|end| end <= self.bytes),
            "{bytes} bytes at {offset} are not inside of a region of {} bytes",
            self.bytes
        );
        assert!(
            offset.is_multiple_of(alignment),
            "offset {offset} is not a multiple of {alignment}"
        );
        // SAFETY: inside of the mapping, as was just asserted.
        unsafe { self.base.add(offset) }
    }

    #[inline]
    fn word(&self, offset: usize) -> &AtomicU32 {
        let place = self.at(offset, 4, 4);
        // SAFETY: four bytes inside of the mapping, which is page-aligned, at a multiple of four, living as long as
        // `self`; all processes reach words only this way.
        unsafe { AtomicU32::from_ptr(place.cast().as_ptr()) }
    }

    #[inline]
    fn wide_word(&self, offset: usize) -> &AtomicU64 {
        let place = self.at(offset, 8, 8);
        // SAFETY: as in `word`, eight bytes at a multiple of eight.
        unsafe { AtomicU64::from_ptr(place.cast().as_ptr()) }
    }

    fn sleep_on_word(
        &self,
        offset: usize,
        expected: u32,
        deadline: Option<Deadline>,
    ) -> Result<()> {
        let word = self.word(offset);
        loop {
            let at_most = deadline.map(clock::next_wait);
            if word.load(Ordering::Acquire) != expected {
                return Ok(());
            }
            if at_most.is_some_and(|at_most| at_most.is_zero()) {
                return Err(Errno::TIMEDOUT);
            }
            match wait_on_word::wait(word, expected, at_most) {
                // Perhaps only the longest single wait is over.
                Err(Host::ETIMEDOUT) => {}
                Ok(()) | Err(Host::EAGAIN | Host::EINTR) => return Ok(()),
                Err(other) => return Err(translated(other)),
            }
        }
    }

    #[cold]
    #[inline(never)]
    #[track_caller]
    fn lock_recorded(
        &self,
        place: NonNull<u8>,
        offset: usize,
        deadline: Option<Deadline>,
    ) -> Result<Locked> {
        let asking = asks(Asked::Lock {
            region: self.address(),
            offset,
            deadline,
        });
        // SAFETY: as in `lock`.
        asking.answers(unsafe { self.locks.lock(place, offset, deadline) })
    }

    #[inline]
    fn lock_at(&self, offset: usize) -> NonNull<u8> {
        assert!(offset < LOCKS * LOCK_BYTES, "no lock can be at {offset}");
        self.at(offset, LOCK_BYTES, LOCK_BYTES)
    }
}

/// Copies bytes; few of them without calling a function, which would take longer than the copy.
///
/// # Safety
///
/// As of `ptr::copy_nonoverlapping`.
#[inline]
unsafe fn copy(from: *const u8, to: *mut u8, bytes: usize) {
    // SAFETY: in each arm both parts lie within `bytes`; they may overlap each other, being copied one after the other.
    unsafe {
        match bytes {
            4..=8 => {
                ptr::copy_nonoverlapping(from, to, 4);
                ptr::copy_nonoverlapping(from.add(bytes - 4), to.add(bytes - 4), 4);
            }
            9..=16 => {
                ptr::copy_nonoverlapping(from, to, 8);
                ptr::copy_nonoverlapping(from.add(bytes - 8), to.add(bytes - 8), 8);
            }
            17..=32 => {
                ptr::copy_nonoverlapping(from, to, 16);
                ptr::copy_nonoverlapping(from.add(bytes - 16), to.add(bytes - 16), 16);
            }
            _ => ptr::copy_nonoverlapping(from, to, bytes),
        }
    }
}

impl Region for SharedRegion {
    #[inline]
    fn bytes(&self) -> usize {
        self.bytes
    }

    #[inline]
    fn load(&self, offset: usize) -> u32 {
        self.word(offset).load(Ordering::Acquire)
    }

    #[inline]
    fn store(&self, offset: usize, value: u32) {
        uses(Use::Store, self.address(), offset, value.into());
        self.word(offset).store(value, Ordering::Release);
    }

    #[inline]
    fn load_wide(&self, offset: usize) -> u64 {
        self.wide_word(offset).load(Ordering::Acquire)
    }

    #[inline]
    fn store_wide(&self, offset: usize, value: u64) {
        uses(Use::StoreWide, self.address(), offset, value);
        self.wide_word(offset).store(value, Ordering::Release);
    }

    #[inline]
    fn add(&self, offset: usize, value: u32) -> u32 {
        uses(Use::Add, self.address(), offset, value.into());
        self.word(offset).fetch_add(value, Ordering::AcqRel)
    }

    #[inline]
    fn copy_out(&self, offset: usize, buffer: &mut [u8]) {
        let from = self.at(offset, buffer.len(), 1);
        // SAFETY: both places have room for the buffer's length, and a slice cannot lie inside of the mapping. That
        // nobody writes there meanwhile is the caller's promise.
        unsafe { copy(from.as_ptr(), buffer.as_mut_ptr(), buffer.len()) }
    }

    #[inline]
    fn copy_append(&self, offset: usize, bytes: usize, buffer: &mut Vec<u8>) {
        let from = self.at(offset, bytes, 1);
        buffer.reserve(bytes);
        let to = buffer.spare_capacity_mut().as_mut_ptr().cast::<u8>();
        // SAFETY: `from` has so many bytes and `to` was given room for them; the rest is as in `copy_out`.
        unsafe {
            copy(from.as_ptr(), to, bytes);
            buffer.set_len(buffer.len() + bytes);
        }
    }

    #[inline]
    fn copy_in(&self, offset: usize, bytes: &[u8]) {
        let to = self.at(offset, bytes.len(), 1);
        // SAFETY: as in `copy_out`.
        unsafe { copy(bytes.as_ptr(), to.as_ptr(), bytes.len()) }
    }

    fn discard(&self, offset: usize, bytes: usize) {
        discard::discard(self.at(offset, bytes, 1), bytes);
    }

    #[inline]
    fn linger(&self, offset: usize, expected: u64, pauses: u32) -> bool {
        linger::until_changed(self.wide_word(offset), expected, pauses)
    }

    fn give_way(&self, offset: usize, expected: u64) -> bool {
        linger::give_way(self.wide_word(offset), expected)
    }

    fn wait_on_word(&self, offset: usize, expected: u32, deadline: Option<Deadline>) -> Result<()> {
        let asking = asks(Asked::WaitOnWord {
            region: self.address(),
            offset,
            expected,
            deadline,
        });
        asking.answers(self.sleep_on_word(offset, expected, deadline))
    }

    fn wake(&self, offset: usize) {
        uses(Use::Wake, self.address(), offset, 0);
        wait_on_word::wake(self.word(offset));
    }

    #[inline]
    fn lock(&self, offset: usize, deadline: Option<Deadline>) -> Result<Locked> {
        let place = self.lock_at(offset);
        if !recorder::is_off() {
            return self.lock_recorded(place, offset, deadline);
        }
        // SAFETY: `lock_at` is aligned and has room for a lock, which `make_lock` made there, as the seam demands.
        unsafe { self.locks.lock(place, offset, deadline) }
    }

    #[inline]
    fn unlock(&self, offset: usize) -> Result<()> {
        let place = self.lock_at(offset);
        uses(Use::Unlock, self.address(), offset, 0);
        // SAFETY: as in `lock`.
        unsafe { self.locks.unlock(place, offset) }
    }

    fn make_lock(&self, offset: usize) -> Result<()> {
        let place = self.lock_at(offset);
        // SAFETY: `lock_at` is aligned and has room for a lock; nobody else can see it yet, as the seam demands.
        unsafe { self.locks.make(place) }
    }
}
