//! A writing end that is laid down for a while: another descriptor of the reading end takes its number, so that no
//! thread can take it meanwhile. The pipe is opened for writing again by its name under `/proc`.

use crate::errno::translated;
use forktalk_abi::{Errno, Fd, Result};
use nix::errno::Errno as Host;
use nix::libc;
use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;

pub(crate) fn lay_down(writing: Fd, reading: Fd) -> Result<()> {
    // Where it cannot be opened now (no /proc, another user's pipe) it could not be taken up either.
    open_for_writing(reading).map_err(|_| Errno::NOTSUP)?;
    put_at(reading.0, writing)
}

pub(crate) fn take_up(writing: Fd, reading: Fd) -> Result<()> {
    let opened = open_for_writing(reading).map_err(|error| {
        let host = error.raw_os_error().map_or(Host::EBADF, Host::from_raw);
        translated(host)
    })?;
    put_at(opened.as_raw_fd(), writing)
}

/// Does not block: there is a reader, this process.
fn open_for_writing(reading: Fd) -> std::io::Result<File> {
    let name = format!("/proc/self/fd/{reading}");
    OpenOptions::new().write(true).open(name)
}

/// Makes `number` a descriptor of what `fd` is one of, closed at `exec`.
fn put_at(fd: i32, number: Fd) -> Result<()> {
    loop {
        // SAFETY: dup3 touches no memory; the number is the caller's, as the seam demands.
        match Host::result(unsafe { libc::dup3(fd, number.0, libc::O_CLOEXEC) }) {
            Ok(_) => return Ok(()),
            Err(Host::EINTR | Host::EBUSY) => {}
            Err(other) => return Err(translated(other)),
        }
    }
}
