//! A descriptor that tells of a child's end: the kernel's own.
//!
//! Its state is the process's, whoever holds copies: a grandchild that lives on does not delay it.

use crate::errno::translated;
use forktalk_abi::{Errno, Fd, Pid, Result};
use nix::errno::Errno as Host;
use nix::libc;

/// What a fork does for the sentinel of its child: nothing, the kernel knows its children.
pub(crate) struct Birth;

impl Birth {
    pub(crate) fn begin() -> Result<Birth> {
        Ok(Birth)
    }

    pub(crate) fn in_child(self) {}

    pub(crate) fn in_parent(self, _: Pid) {}

    pub(crate) fn failed(self) {}
}

pub(crate) fn open(child: Pid) -> Result<Fd> {
    // Not a number that a process can have; the kernel would call it an invalid argument.
    if child.0 <= 0 {
        return Err(Errno::SRCH);
    }
    // SAFETY: pidfd_open takes numbers only. The descriptor is closed at exec by itself.
    let made = unsafe { libc::syscall(libc::SYS_pidfd_open, child.0, 0) };
    Host::result(made)
        .map(|fd| Fd(fd as i32))
        .map_err(translated)
}

pub(crate) fn forget(_: Pid) {}
