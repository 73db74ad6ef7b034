//! How many threads this process has, from `proc_pidinfo`; the watcher of the parent is left out.

use crate::{parent_death, process};
use nix::libc;

/// Where the kernel does not say, the answer is 1.
pub(crate) fn thread_count() -> usize {
    // SAFETY: all zeroes is a `proc_taskinfo`.
    let mut about: libc::proc_taskinfo = unsafe { core::mem::zeroed() };
    let bytes = size_of_val(&about) as libc::c_int;
    // SAFETY: `about` has room for `bytes`.
    let answered = unsafe {
        libc::proc_pidinfo(
            process::own_pid().0,
            libc::PROC_PIDTASKINFO,
            0,
            (&raw mut about).cast(),
            bytes,
        )
    };
    if answered != bytes {
        return 1;
    }
    let threads = usize::try_from(about.pti_threadnum).unwrap_or(1);
    threads.saturating_sub(parent_death::watchers()).max(1)
}
