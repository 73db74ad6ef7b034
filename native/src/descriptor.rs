//! Pipes, channels, and what one does with a descriptor.
//!
//! A [`Fd`] is a plain number, and so are the numbers here: one that is not open is answered by the kernel with
//! `EBADF`, which is why no call here needs the caller to prove that it owns the descriptor.

use crate::errno::{translated, uninterrupted};
use crate::{clock, close_on_exec, gather, wait_for_events};
use core::mem::{MaybeUninit, offset_of};
use core::time::Duration;
use core::{ptr, slice};
use forktalk_abi::{Conditions, Deadline, Errno, Fd, Poll, Result};
use nix::errno::Errno as Host;
use nix::libc;
use std::os::fd::{IntoRawFd, OwnedFd};

/// Up to here a header and its payload are laid side by side and written plainly: copying this much costs less than
/// the kernel's way of gathering two pieces (`writev`).
const GATHERED_BYTES: usize = 512;

pub(crate) fn pipe() -> Result<(Fd, Fd)> {
    close_on_exec::pipe().map(numbers).map_err(translated)
}

pub(crate) fn channel() -> Result<(Fd, Fd)> {
    close_on_exec::channel().map(numbers).map_err(translated)
}

fn numbers((one, other): (OwnedFd, OwnedFd)) -> (Fd, Fd) {
    (Fd(one.into_raw_fd()), Fd(other.into_raw_fd()))
}

#[inline]
pub(crate) fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: a slice that nobody else can reach.
    unsafe { read_into(fd, buffer.as_mut_ptr(), buffer.len()) }
}

/// Reads into the room that the vector has, or gets, behind its bytes; that room need not be zeroed first.
#[inline]
pub(crate) fn read_append(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
    if at_most < gather::ROOM_BYTES {
        return read_behind(fd, buffer, at_most);
    }
    gather::before_read(fd);
    let taken = read_behind(fd, buffer, at_most)?;
    gather::after_read(fd, taken);
    Ok(taken)
}

#[inline]
fn read_behind(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
    buffer.reserve(at_most);
    let before = buffer.len();
    let room = buffer.spare_capacity_mut();
    // SAFETY: there is room for `at_most` bytes, as was just reserved, and nobody else can reach it.
    let taken = unsafe { read_into(fd, room.as_mut_ptr().cast(), at_most) }?;
    // SAFETY: the kernel wrote as many bytes there as it answered.
    unsafe { buffer.set_len(before + taken) };
    Ok(taken)
}

/// # Safety
///
/// At `target` there is room for `bytes`, which nobody else reads or writes.
#[inline]
unsafe fn read_into(fd: Fd, target: *mut u8, bytes: usize) -> Result<usize> {
    loop {
        // SAFETY: as this function demands.
        match uninterrupted(|| unsafe { libc::read(fd.0, target.cast(), bytes) }) {
            // Somebody else made the open end non-blocking, a flag that all its holders share.
            Err(Errno::AGAIN) => await_condition(fd, Conditions::READABLE)?,
            answer => return answer,
        }
    }
}

/// The kernel may take a part of a large write (a signal came, or the end does not block): further writes then bring
/// the rest, so the answer is always the whole. An error among those is answered as it is; how much was taken before
/// it does not matter to anybody, since what remains of the message cannot follow.
#[inline]
pub(crate) fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
    let total_bytes = header.len() + payload.len();
    let first = if header.is_empty() {
        write_one(fd, payload)?
    } else if payload.is_empty() {
        write_one(fd, header)?
    } else if total_bytes <= GATHERED_BYTES {
        write_side_by_side(fd, header, payload)?
    } else {
        write_both(fd, header, payload)?
    };
    if first < total_bytes {
        write_rest(fd, header, payload, first)?;
    }
    Ok(total_bytes)
}

#[cold]
fn write_rest(fd: Fd, header: &[u8], payload: &[u8], mut taken: usize) -> Result<()> {
    while taken < header.len() + payload.len() {
        taken += match header.get(taken..) {
            Some(rest) if !rest.is_empty() => write_both(fd, rest, payload)?,
            _ => write_one(fd, &payload[taken - header.len()..])?,
        };
    }
    Ok(())
}

#[inline]
fn write_one(fd: Fd, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the pointer and the length are those of a slice.
    written(fd, || unsafe {
        libc::write(fd.0, bytes.as_ptr().cast(), bytes.len())
    })
}

#[inline]
fn write_side_by_side(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
    let total_bytes = header.len() + payload.len();
    assert!(total_bytes <= GATHERED_BYTES);
    let mut both = [MaybeUninit::<u8>::uninit(); GATHERED_BYTES];
    let start: *mut u8 = both.as_mut_ptr().cast();
    // SAFETY: both fit, as was just asserted, one behind the other; `both` is nobody else's. Zeroing it first would
    // cost as much as all the rest of this function.
    let both = unsafe {
        ptr::copy_nonoverlapping(header.as_ptr(), start, header.len());
        ptr::copy_nonoverlapping(payload.as_ptr(), start.add(header.len()), payload.len());
        slice::from_raw_parts(start, total_bytes)
    };
    write_one(fd, both)
}

fn write_both(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
    let pieces = [header, payload].map(|piece| libc::iovec {
        iov_base: piece.as_ptr().cast_mut().cast(),
        iov_len: piece.len(),
    });
    // SAFETY: both pieces are live slices, and writev only reads them.
    written(fd, || unsafe { libc::writev(fd.0, pieces.as_ptr(), 2) })
}

#[inline]
fn written(fd: Fd, mut call: impl FnMut() -> isize) -> Result<usize> {
    loop {
        match uninterrupted(&mut call) {
            Err(Errno::AGAIN) => await_condition(fd, Conditions::WRITABLE)?,
            answer => return answer,
        }
    }
}

#[cold]
fn await_condition(fd: Fd, interest: Conditions) -> Result<()> {
    let ready = Conditions::NONE;
    poll(
        &mut [Poll {
            fd,
            interest,
            ready,
        }],
        None,
    )?;
    Ok(())
}

// What `wait_for_events` relies on: a `Poll` is a `pollfd`, in layout and in numbers.
const _: () = {
    assert!(size_of::<Poll>() == size_of::<libc::pollfd>());
    assert!(align_of::<Poll>() == align_of::<libc::pollfd>());
    assert!(offset_of!(Poll, interest) == offset_of!(libc::pollfd, events));
    assert!(offset_of!(Poll, ready) == offset_of!(libc::pollfd, revents));
    assert!(Conditions::READABLE.0 as i16 == libc::POLLIN);
    assert!(Conditions::WRITABLE.0 as i16 == libc::POLLOUT);
    assert!(Conditions::ERROR.0 as i16 == libc::POLLERR);
    assert!(Conditions::HANGUP.0 as i16 == libc::POLLHUP);
    assert!(Conditions::INVALID.0 as i16 == libc::POLLNVAL);
};

#[inline]
pub(crate) fn poll(entries: &mut [Poll], deadline: Option<Deadline>) -> Result<usize> {
    loop {
        let wait = deadline.map(clock::next_wait);
        match wait_for_events::once(entries, wait) {
            Ok(0) if wait != Some(Duration::ZERO) => {}
            Ok(ready) => return Ok(ready),
            Err(Host::EINTR) => {}
            Err(other) => return Err(translated(other)),
        }
    }
}

pub(crate) fn duplicate(fd: Fd) -> Result<Fd> {
    // SAFETY: F_DUPFD_CLOEXEC touches no memory.
    let made = unsafe { libc::fcntl(fd.0, libc::F_DUPFD_CLOEXEC, 0) };
    Host::result(made).map(Fd).map_err(translated)
}

pub(crate) fn close(fd: Fd) -> Result<()> {
    // SAFETY: close touches no memory. That the number is the caller's to close is the message logic's business.
    match Host::result(unsafe { libc::close(fd.0) }) {
        // Interrupted, it is closed all the same; another try could close what somebody else just opened.
        Ok(_) | Err(Host::EINTR) => Ok(()),
        Err(other) => Err(translated(other)),
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn set_capacity(fd: Fd, bytes: usize) -> Result<()> {
    let Ok(bytes) = libc::c_int::try_from(bytes) else {
        return Err(Errno::PERM);
    };
    // SAFETY: F_SETPIPE_SZ touches no memory.
    let granted = unsafe { libc::fcntl(fd.0, libc::F_SETPIPE_SZ, bytes) };
    Host::result(granted).map(drop).map_err(translated)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn set_capacity(_: Fd, _: usize) -> Result<()> {
    Err(Errno::NOTSUP)
}
