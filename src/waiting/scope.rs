//! What of all that a function was told still matters: for who compares states of simulated runs.

use std::hash::{DefaultHasher, Hash, Hasher};

use forktalk_abi::System;

use crate::Sys;

/// A function that asks the system on its way, and says now and then what of the answers still matters.
///
/// A process does what it does because of all that it was told, so two ways to the same point are two states, unless it
/// is known that nobody can tell them apart any more. Without that, few processes with few items come through too many
/// states to see them all.
pub(super) struct Scope;

impl Scope {
    #[inline]
    pub(super) fn begin() -> Scope {
        Sys::begin_scope();
        Scope
    }

    /// Nothing matters any more of what was told since the scope began but `known`: the variables of this function that
    /// are not what they were then; where it is, if it says so in several places; and at its end what it answers. What
    /// lies in shared memory, and which descriptors and locks are held, need not be said.
    #[inline]
    pub(super) fn forget<K: Hash>(&self, known: impl FnOnce() -> K) {
        Sys::forget(|| {
            let mut hasher = DefaultHasher::new();
            known().hash(&mut hasher);
            hasher.finish()
        });
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        Sys::end_scope();
    }
}
