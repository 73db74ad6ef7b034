//! For which line of the program the library makes a call, where the chain of callers does not say it: in a closure, in
//! an iterator that an adapter drives, at the end of a scope. A simulated kernel records it, and
//! natively a recording.

use std::panic::Location;

use forktalk_abi::{Place, System};

use crate::Sys;

/// While it lives, calls are made for this place.
pub(crate) struct Acting {
    before: Place,
}

impl Acting {
    /// For a line of the program.
    #[inline]
    pub(crate) fn at(location: &'static Location<'static>) -> Acting {
        Acting {
            before: Sys::place(Place::At(location)),
        }
    }

    /// For no line: a value went out of scope.
    #[inline]
    pub(crate) fn nowhere() -> Acting {
        Acting {
            before: Sys::place(Place::Nowhere),
        }
    }
}

impl Drop for Acting {
    #[inline]
    fn drop(&mut self) {
        Sys::place(self.before);
    }
}
