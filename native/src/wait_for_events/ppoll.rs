//! One wait for many descriptors, timed in nanoseconds.

use core::ptr;
use core::time::Duration;
use forktalk_abi::Poll;
use nix::Result;
use nix::errno::Errno as Host;
use nix::libc;
use nix::sys::time::TimeSpec;

/// How many of `entries` are ready; 0 when `wait` has passed. `EINTR` when a signal came.
#[inline]
pub(crate) fn once(entries: &mut [Poll], wait: Option<Duration>) -> Result<usize> {
    let wait = wait.map(TimeSpec::from);
    let timeout = wait.as_ref().map_or(ptr::null(), |wait| wait.as_ref());
    // SAFETY: a `Poll` is laid out as a `pollfd`, with the same numbers (asserted in descriptor.rs); `timeout` is null or lives to the end.
    let ready = unsafe {
        libc::ppoll(
            entries.as_mut_ptr().cast(),
            entries.len() as libc::nfds_t,
            timeout,
            ptr::null(),
        )
    };
    Host::result(ready).map(|count| count as usize)
}
