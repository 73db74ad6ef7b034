//! This kernel's error numbers as the seam's, and the one loop around an interrupted call.

use forktalk_abi::{Errno, Result};
use nix::errno::Errno as Host;

/// The seam's number for what this kernel answered.
#[cold]
pub(crate) fn translated(host: Host) -> Errno {
    match host {
        Host::EPERM => Errno::PERM,
        Host::ENOENT => Errno::NOENT,
        Host::ESRCH => Errno::SRCH,
        Host::EINTR => Errno::INTR,
        Host::EIO => Errno::IO,
        Host::EBADF => Errno::BADF,
        Host::ECHILD => Errno::CHILD,
        Host::EAGAIN => Errno::AGAIN,
        Host::ENOMEM => Errno::NOMEM,
        Host::EACCES => Errno::ACCES,
        Host::EFAULT => Errno::FAULT,
        Host::EBUSY => Errno::BUSY,
        Host::EINVAL => Errno::INVAL,
        Host::ENFILE => Errno::NFILE,
        Host::EMFILE => Errno::MFILE,
        Host::ESPIPE => Errno::SPIPE,
        Host::EPIPE => Errno::PIPE,
        Host::EDEADLK => Errno::DEADLK,
        Host::ENOSYS => Errno::NOSYS,
        Host::EOVERFLOW => Errno::OVERFLOW,
        Host::ENOTSOCK => Errno::NOTSOCK,
        Host::EMSGSIZE => Errno::MSGSIZE,
        Host::EOPNOTSUPP => Errno::NOTSUP,
        Host::ECONNRESET => Errno::CONNRESET,
        Host::ETIMEDOUT => Errno::TIMEDOUT,
        Host::EOWNERDEAD => Errno::OWNERDEAD,
        // The seam's numbers are Linux's; elsewhere a number without a name here would mean something else.
        other if cfg!(target_os = "linux") => Errno::from_raw(other as i32),
        _ => Errno::IO,
    }
}

/// Makes a system call that answers a count, or -1 and `errno`; again as long as a signal interrupts it.
#[inline]
pub(crate) fn uninterrupted(mut call: impl FnMut() -> isize) -> Result<usize> {
    loop {
        if let Ok(count) = usize::try_from(call()) {
            return Ok(count);
        }
        match Host::last() {
            Host::EINTR => {}
            other => return Err(translated(other)),
        }
    }
}
