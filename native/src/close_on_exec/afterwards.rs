//! Pipes and channels that are closed at `exec`, where the kernel cannot make them so.
//!
//! Between the two calls another thread could fork and `exec`, and that program would hold a copy.

use nix::Result;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use std::os::fd::OwnedFd;

pub(crate) fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    marked(nix::unistd::pipe()?)
}

pub(crate) fn channel() -> Result<(OwnedFd, OwnedFd)> {
    marked(socketpair(
        AddressFamily::Unix,
        SockType::Stream,
        None,
        SockFlag::empty(),
    )?)
}

fn marked(ends: (OwnedFd, OwnedFd)) -> Result<(OwnedFd, OwnedFd)> {
    for end in [&ends.0, &ends.1] {
        fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    Ok(ends)
}
