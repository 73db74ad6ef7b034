//! Memory that is taken when it is used, and given back: shared memory is a file without a name, and this makes a hole in it.

use core::ptr::NonNull;
use nix::libc;
use nix::sys::mman::MapFlags;

/// A mapping does not count as taken before it is used.
pub(crate) const ON_DEMAND: MapFlags = MapFlags::MAP_NORESERVE;

/// The pages of which a hole can be made; the base of a mapping is a multiple of it.
const PAGE_BYTES: usize = 4096;

pub(crate) fn discard(place: NonNull<u8>, bytes: usize) {
    let end = (place.addr().get() + bytes) / PAGE_BYTES * PAGE_BYTES;
    let skipped = place.addr().get().next_multiple_of(PAGE_BYTES) - place.addr().get();
    let whole = end.saturating_sub(place.addr().get() + skipped);
    if whole > 0 {
        // SAFETY: whole pages inside of the place, which is in a mapping of the caller's that nobody uses meanwhile. A
        // failure (larger pages, say) leaves the memory as it was.
        unsafe { libc::madvise(place.as_ptr().add(skipped).cast(), whole, libc::MADV_REMOVE) };
    }
}
