//! What is done when this process ends by `exit(3)`, as a `main` that returns does: glibc says with which code.

use core::ffi::{c_int, c_void};
use core::ptr;
use std::sync::OnceLock;

static WHAT: OnceLock<fn(i32)> = OnceLock::new();

unsafe extern "C" {
    fn on_exit(function: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
}

extern "C" fn ends(code: c_int, _: *mut c_void) {
    if let Some(what) = WHAT.get() {
        // What wait(2) would tell of it.
        what(code & 0xff);
    }
}

/// Does it once, in this process and in each that it forks.
pub(crate) fn call(what: fn(i32)) {
    if WHAT.set(what).is_ok() {
        // SAFETY: the function lives as long as the program, and makes nothing of its argument.
        unsafe { on_exit(ends, ptr::null_mut()) };
    }
}
