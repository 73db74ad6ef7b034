//! How many threads this process has, from `sysctl`.

use crate::process;
use core::ptr;
use nix::libc;

/// Where the kernel does not say, the answer is 1.
pub(crate) fn thread_count() -> usize {
    let name = [
        libc::CTL_KERN,
        libc::KERN_PROC,
        libc::KERN_PROC_PID,
        process::own_pid().0,
    ];
    // SAFETY: all zeroes is a `kinfo_proc`.
    let mut about: libc::kinfo_proc = unsafe { core::mem::zeroed() };
    let mut bytes = size_of_val(&about);
    // SAFETY: `about` has room for `bytes`, and `name` is as long as is said.
    let answered = unsafe {
        libc::sysctl(
            name.as_ptr(),
            name.len() as libc::c_uint,
            (&raw mut about).cast(),
            &mut bytes,
            ptr::null(),
            0,
        )
    };
    if answered == 0 {
        usize::try_from(about.ki_numthreads).map_or(1, |threads| threads.max(1))
    } else {
        1
    }
}
