//! The system calls and nothing else: one write and one read a message, fork and waitpid.

use crate::case::{Case, LONG_BYTES, WIDE_PIPE_BYTES, Who};
use crate::number::number;
use fork::Fork;
use forktalk_abi::System as _;
use forktalk_native::Unix;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, pipe2, read, write};
use std::error::Error;
use std::hint::black_box;
use std::os::fd::OwnedFd;
use std::time::Instant;

pub(crate) fn measure(case: Case) -> Result<f64, Box<dyn Error>> {
    let count = case.count(Who::Bare);
    match case {
        Case::Bytes(size) => messages(case, count, size),
        Case::Iterate | Case::Recv => messages(case, count, 8),
        Case::ForkJoin | Case::SpawnJoin => children(case, count),
    }
}

/// Fork and waitpid; the child does nothing.
fn children(case: Case, count: u64) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    for _ in 0..count {
        match fork::fork()? {
            Fork::Child => Unix::exit(0),
            Fork::Parent(child) => waitpid(Pid::from_raw(child), None)?,
        };
    }
    Ok(case.value(count, begun.elapsed()))
}

fn messages(case: Case, count: u64, size: usize) -> Result<f64, Box<dyn Error>> {
    let (reading, writing) = pipe2(OFlag::O_CLOEXEC)?;
    if size >= LONG_BYTES {
        widen(&writing)?;
    }
    match fork::fork()? {
        Fork::Child => {
            drop(reading);
            send(&writing, count, size)?;
            Unix::exit(0)
        }
        Fork::Parent(child) => {
            drop(writing);
            let value = receive(case, &reading, count, size)?;
            waitpid(Pid::from_raw(child), None)?;
            Ok(value)
        }
    }
}

#[cfg(target_os = "linux")]
fn widen(end: &OwnedFd) -> Result<(), Errno> {
    let bytes = nix::libc::c_int::try_from(WIDE_PIPE_BYTES).map_err(|_| Errno::EINVAL)?;
    nix::fcntl::fcntl(end, nix::fcntl::FcntlArg::F_SETPIPE_SZ(bytes)).map(drop)
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &OwnedFd) -> Result<(), Errno> {
    let _ = WIDE_PIPE_BYTES;
    Ok(())
}

fn send(writing: &OwnedFd, count: u64, size: usize) -> Result<(), Errno> {
    let mut message = vec![7; size];
    for n in 0..=count {
        message[..8].copy_from_slice(&number(n).to_ne_bytes());
        let mut rest = &message[..];
        while !rest.is_empty() {
            rest = &rest[write(writing, rest)?..];
        }
    }
    Ok(())
}

/// The clock runs from the first message, when both processes are at work, to the end-of-file.
fn receive(case: Case, reading: &OwnedFd, count: u64, size: usize) -> Result<f64, Box<dyn Error>> {
    let mut message = vec![0; size];
    receive_one(reading, &mut message)?;
    let begun = Instant::now();
    let mut received = 0;
    while receive_one(reading, &mut message)? {
        black_box(&message);
        received += 1;
    }
    assert_eq!(received, count, "every message arrives");
    Ok(case.value(count, begun.elapsed()))
}

/// False at the end-of-file.
fn receive_one(reading: &OwnedFd, message: &mut [u8]) -> Result<bool, Errno> {
    let mut filled = 0;
    while filled < message.len() {
        match read(reading, &mut message[filled..])? {
            0 => return Ok(false),
            bytes => filled += bytes,
        }
    }
    Ok(true)
}
