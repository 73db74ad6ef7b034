//! One wait for many descriptors, timed in milliseconds.

use core::time::Duration;
use forktalk_abi::Poll;
use nix::Result;
use nix::errno::Errno as Host;
use nix::libc;

/// How many of `entries` are ready; 0 when `wait` has passed. `EINTR` when a signal came.
#[inline]
pub(crate) fn once(entries: &mut [Poll], wait: Option<Duration>) -> Result<usize> {
    // Rounded up, since a wait may last longer than was asked for, never shorter.
    let timeout_ms = wait.map_or(-1, |wait| {
        wait.as_nanos().div_ceil(1_000_000) as libc::c_int
    });
    // SAFETY: a `Poll` is laid out as a `pollfd`, with the same numbers (asserted in descriptor.rs).
    let ready = unsafe {
        libc::poll(
            entries.as_mut_ptr().cast(),
            entries.len() as libc::nfds_t,
            timeout_ms,
        )
    };
    Host::result(ready).map(|count| count as usize)
}
