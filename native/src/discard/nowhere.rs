//! Giving memory back to the system: where that cannot be done for a part of a shared mapping, it is kept.

use core::ptr::NonNull;
use nix::sys::mman::MapFlags;

/// A mapping is taken as it is used without being asked for it.
pub(crate) const ON_DEMAND: MapFlags = MapFlags::empty();

pub(crate) fn discard(_: NonNull<u8>, _: usize) {}
