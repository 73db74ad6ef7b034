//! What a host calls. The root process starts at `_start`, which the compiler makes; children start here.

use crate::process;

/// What a child runs, as fork passes it: its lifetime is erased, see [`process::fork`].
pub(crate) type Closure = Box<dyn FnOnce() -> i32>;

/// Runs the closure at this address, a copy of the parent's, and exits with the code that it answers.
#[unsafe(no_mangle)]
pub extern "C" fn forktalk_child(closure: i32) {
    let closure = closure.cast_unsigned() as usize as *mut Closure;
    // SAFETY: a host calls this once, in an instance that is a copy of the one that forked, with the address that
    // `process::fork` passed: here too a boxed closure lies there, and nobody else in this instance will use it. A
    // host that does otherwise can only harm this instance.
    let closure = unsafe { Box::from_raw(closure) };
    process::exit(closure())
}
