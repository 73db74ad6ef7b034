//! Pipes, channels, and what is done with their descriptors.

use forktalk_abi::wire::Call;
use forktalk_abi::{Deadline, Fd, Poll, Result};

use crate::clock::pass_deadline;
use crate::{address, perform, uninterrupted};

/// The most bytes that one call moves: an answer is a signed word, so more could not be told from an error.
const MOST_BYTES: usize = i32::MAX as usize;

#[track_caller]
pub(crate) fn pipe() -> Result<(Fd, Fd)> {
    let mut pair = [Fd(-1); 2];
    let out = address(&raw mut pair);
    // SAFETY: `pair` has room for the two descriptors, four bytes each.
    unsafe { perform(Call::Pipe { out }) }?;
    Ok((pair[0], pair[1]))
}

#[track_caller]
pub(crate) fn channel() -> Result<(Fd, Fd)> {
    let mut pair = [Fd(-1); 2];
    let out = address(&raw mut pair);
    // SAFETY: `pair` has room for the two descriptors, four bytes each.
    unsafe { perform(Call::Channel { out }) }?;
    Ok((pair[0], pair[1]))
}

#[inline]
#[track_caller]
pub(crate) fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize> {
    let bytes = buffer.len().min(MOST_BYTES) as u32;
    let request = Call::Read {
        fd: fd.0.cast_unsigned(),
        address: address(&raw mut *buffer),
        bytes,
    };
    // SAFETY: `buffer` is borrowed mutably and has room for `bytes`.
    let taken = unsafe { uninterrupted(request) }?;
    Ok(taken as usize)
}

/// As [`read`], into the room behind the buffer's contents, which need not be cleared for that.
#[inline]
#[track_caller]
pub(crate) fn read_append(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
    let at_most = at_most.min(MOST_BYTES);
    buffer.reserve(at_most);
    let request = Call::Read {
        fd: fd.0.cast_unsigned(),
        address: address(buffer.spare_capacity_mut().as_mut_ptr()),
        bytes: at_most as u32,
    };
    // SAFETY: that many bytes were reserved.
    let taken = unsafe { uninterrupted(request) }? as usize;
    assert!(
        taken <= at_most,
        "the kernel answered {taken} of {at_most} bytes"
    );
    // SAFETY: the kernel wrote `taken` bytes there, and they were reserved.
    unsafe { buffer.set_len(buffer.len() + taken) };
    Ok(taken)
}

/// One call, however long: the kernel answers when it has taken everything.
#[inline]
#[track_caller]
pub(crate) fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
    let header_bytes = header.len().min(MOST_BYTES);
    let payload_bytes = payload.len().min(MOST_BYTES - header_bytes);
    let request = Call::Write {
        fd: fd.0.cast_unsigned(),
        header: address(&raw const *header),
        header_bytes: header_bytes as u32,
        payload: address(&raw const *payload),
        payload_bytes: payload_bytes as u32,
    };
    // SAFETY: both slices are borrowed, and no more than their lengths is named. The kernel only reads them.
    let taken = unsafe { uninterrupted(request) }?;
    Ok(taken as usize)
}

#[track_caller]
pub(crate) fn poll(entries: &mut [Poll], deadline: Option<Deadline>) -> Result<usize> {
    let deadline = pass_deadline(deadline);
    let request = Call::Poll {
        entries: address(&raw mut *entries),
        count: entries.len() as u32,
        deadline: deadline.address(),
    };
    // SAFETY: `Poll` is laid out as the kernel expects it, eight bytes each, and the slice is borrowed mutably; the
    // deadline outlives the call.
    let ready = unsafe { uninterrupted(request) }?;
    Ok(ready as usize)
}

#[track_caller]
pub(crate) fn duplicate(fd: Fd) -> Result<Fd> {
    let fd = fd.0.cast_unsigned();
    // SAFETY: no address in it.
    let copy = unsafe { perform(Call::Duplicate { fd }) }?;
    Ok(Fd(copy.cast_signed()))
}

#[track_caller]
pub(crate) fn close(fd: Fd) -> Result<()> {
    let fd = fd.0.cast_unsigned();
    // SAFETY: no address in it.
    unsafe { perform(Call::Close { fd }) }.map(drop)
}

#[track_caller]
pub(crate) fn lay_down(writing: Fd, reading: Fd) -> Result<()> {
    let request = Call::LayDown {
        writing: writing.0.cast_unsigned(),
        reading: reading.0.cast_unsigned(),
    };
    // SAFETY: no address in it.
    unsafe { perform(request) }.map(drop)
}

#[track_caller]
pub(crate) fn take_up(writing: Fd, reading: Fd) -> Result<()> {
    let request = Call::TakeUp {
        writing: writing.0.cast_unsigned(),
        reading: reading.0.cast_unsigned(),
    };
    // SAFETY: no address in it.
    unsafe { perform(request) }.map(drop)
}

#[track_caller]
pub(crate) fn set_capacity(fd: Fd, bytes: usize) -> Result<()> {
    let request = Call::SetCapacity {
        fd: fd.0.cast_unsigned(),
        bytes: bytes as u32,
    };
    // SAFETY: no address in it.
    unsafe { perform(request) }.map(drop)
}
