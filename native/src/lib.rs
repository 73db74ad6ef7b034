//! The seam of forktalk on a real Unix.
//!
//! [`Unix`] answers [`System`] with system calls; what each call means, when it blocks and how it fails is said
//! there. Each method is one line into the file of its subject; the file names are those of the guest's side.
//!
//! What differs by operating system is a file of its own, chosen below and nowhere else:
//!
//! | subject | Linux | FreeBSD | macOS and its kin |
//! | --- | --- | --- | --- |
//! | closed at `exec` | `pipe2` | `pipe2` | `fcntl` after `pipe`: not atomic |
//! | poll's deadline | `ppoll`, nanoseconds | `ppoll` | `poll`, milliseconds, rounded up |
//! | a child's end | `pidfd_open` (Linux 5.3) | a pipe that the child holds | a pipe that the child holds |
//! | death with the parent | `prctl` | `procctl` | a thread that waits on a kqueue |
//! | number of threads | `/proc/self/task` | `sysctl` | `proc_pidinfo` |
//! | robust lock | robust pthread mutex | robust pthread mutex | record lock of `fcntl` |
//! | sleep on a word | `futex` | `_umtx_op` | `os_sync_wait_on_address` (macOS 14.4) |
//! | a pipe's capacity | `F_SETPIPE_SZ` | not supported | not supported |
//! | a writing end laid down | opened again by `/proc/self/fd` | not supported | not supported |
//! | memory given back | `MADV_REMOVE` | kept | kept |
//! | the code of `exit(3)`, recorded | `on_exit` of glibc | not supported | not supported |
//!
//! # Signals
//!
//! A call that a signal interrupts is made again, with what is left of its deadline. Rust's runtime ignores
//! `SIGPIPE`, so a write that nobody will read answers `EPIPE`; a program whose `main` is not Rust's does that
//! itself.
//!
//! # Recordings
//!
//! With `FORKTALK_TRACE=FILE` in the environment each process writes what it asks into a file of its own; see
//! `recorder.rs`. `forktalk view FILE` shows what came of it.

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_vendor = "apple")))]
compile_error!("forktalk-native knows Linux, FreeBSD and Apple's systems");

mod clock;
mod descriptor;
mod errno;
mod gather;
mod linger;
mod process;
mod recorder;
mod region;

#[cfg_attr(not(target_vendor = "apple"), path = "close_on_exec/at_once.rs")]
#[cfg_attr(target_vendor = "apple", path = "close_on_exec/afterwards.rs")]
mod close_on_exec;

#[cfg_attr(not(target_vendor = "apple"), path = "wait_for_events/ppoll.rs")]
#[cfg_attr(target_vendor = "apple", path = "wait_for_events/poll.rs")]
mod wait_for_events;

#[cfg_attr(
    all(target_os = "linux", not(feature = "portable")),
    path = "sentinel/pidfd.rs"
)]
#[cfg_attr(
    not(all(target_os = "linux", not(feature = "portable"))),
    path = "sentinel/pipe.rs"
)]
mod sentinel;

#[cfg_attr(target_os = "linux", path = "parent_death/linux.rs")]
#[cfg_attr(target_os = "freebsd", path = "parent_death/freebsd.rs")]
#[cfg_attr(target_vendor = "apple", path = "parent_death/macos.rs")]
mod parent_death;

#[cfg_attr(target_os = "linux", path = "thread_count/linux.rs")]
#[cfg_attr(target_os = "freebsd", path = "thread_count/freebsd.rs")]
#[cfg_attr(target_vendor = "apple", path = "thread_count/macos.rs")]
mod thread_count;

#[cfg_attr(target_os = "linux", path = "wait_on_word/linux.rs")]
#[cfg_attr(target_os = "freebsd", path = "wait_on_word/freebsd.rs")]
#[cfg_attr(target_vendor = "apple", path = "wait_on_word/macos.rs")]
mod wait_on_word;

#[cfg_attr(target_os = "linux", path = "discard/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "discard/nowhere.rs")]
mod discard;

#[cfg_attr(target_os = "linux", path = "lay_down/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "lay_down/nowhere.rs")]
mod lay_down;

#[cfg_attr(
    any(target_vendor = "apple", feature = "portable"),
    path = "robust_lock/record.rs"
)]
mod robust_lock;

#[cfg(not(any(target_vendor = "apple", feature = "portable")))]
#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    path = "timed_lock/monotonic.rs"
)]
#[cfg_attr(
    not(all(target_os = "linux", target_env = "gnu")),
    path = "timed_lock/realtime.rs"
)]
mod timed_lock;

#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    path = "at_exit/glibc.rs"
)]
#[cfg_attr(
    not(all(target_os = "linux", target_env = "gnu")),
    path = "at_exit/nowhere.rs"
)]
mod at_exit;

pub use region::SharedRegion;

use core::time::Duration;
use forktalk_abi::{
    Deadline, ExitStatus, Fd, Pid, Place, Poll, QueueParts, QueuePlace, Result, Signal, System,
};
use recorder::{Asked, asks, does};

/// This machine's own kernel.
///
/// ```
/// use forktalk_abi::System;
/// use forktalk_native::Unix;
///
/// # fn main() -> forktalk_abi::Result<()> {
/// let (reading, writing) = Unix::pipe()?;
/// Unix::write(writing, b"", b"hello")?;
/// let mut buffer = [0; 16];
/// assert_eq!(Unix::read(reading, &mut buffer)?, 5);
/// Unix::close(reading)?;
/// Unix::close(writing)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Unix {}

impl System for Unix {
    type Region = SharedRegion;

    #[inline]
    fn pipe() -> Result<(Fd, Fd)> {
        asks(Asked::Pipe).answers(descriptor::pipe())
    }

    #[inline]
    fn channel() -> Result<(Fd, Fd)> {
        asks(Asked::Channel).answers(descriptor::channel())
    }

    #[inline]
    fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize> {
        let bytes = buffer.len();
        asks(Asked::Read { fd, bytes }).answers(descriptor::read(fd, buffer))
    }

    #[inline]
    fn read_append(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
        let bytes = at_most;
        asks(Asked::Read { fd, bytes }).answers(descriptor::read_append(fd, buffer, at_most))
    }

    #[inline]
    fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
        let write = Asked::Write {
            fd,
            header,
            payload,
        };
        asks(write).answers(descriptor::write(fd, header, payload))
    }

    #[inline]
    fn poll(entries: &mut [Poll], deadline: Option<Deadline>) -> Result<usize> {
        asks(Asked::Poll { entries, deadline }).answers(descriptor::poll(entries, deadline))
    }

    #[inline]
    fn duplicate(fd: Fd) -> Result<Fd> {
        asks(Asked::Duplicate(fd)).answers(descriptor::duplicate(fd))
    }

    #[inline]
    fn close(fd: Fd) -> Result<()> {
        asks(Asked::Close(fd)).answers(descriptor::close(fd))
    }

    #[inline]
    fn lay_down(writing: Fd, reading: Fd) -> Result<()> {
        let asking = asks(Asked::LayDown { writing, reading });
        asking.answers(lay_down::lay_down(writing, reading))
    }

    #[inline]
    fn take_up(writing: Fd, reading: Fd) -> Result<()> {
        let asking = asks(Asked::TakeUp { writing, reading });
        asking.answers(lay_down::take_up(writing, reading))
    }

    #[inline]
    fn set_capacity(fd: Fd, bytes: usize) -> Result<()> {
        asks(Asked::SetCapacity { fd, bytes }).answers(descriptor::set_capacity(fd, bytes))
    }

    #[inline]
    fn fork<F: FnOnce() -> i32>(name: &str, child: F) -> Result<Pid> {
        process::fork(name, child)
    }

    #[inline]
    fn exit(code: i32) -> ! {
        process::exit(code)
    }

    #[inline]
    fn wait(child: Pid, block: bool) -> Result<Option<ExitStatus>> {
        asks(Asked::Wait { child, block }).answers(process::wait(child, block))
    }

    #[inline]
    fn kill(pid: Pid, signal: Signal) -> Result<()> {
        asks(Asked::Kill { pid, signal }).answers(process::kill(pid, signal))
    }

    #[inline]
    fn own_pid() -> Pid {
        process::own_pid()
    }

    #[inline]
    fn parent_pid() -> Pid {
        process::parent_pid()
    }

    #[inline]
    fn open_process(child: Pid) -> Result<Fd> {
        asks(Asked::OpenProcess(child)).answers(sentinel::open(child))
    }

    #[inline]
    fn die_with_parent(parent: Pid) -> Result<()> {
        asks(Asked::DieWithParent(parent)).answers(process::die_with_parent(parent))
    }

    #[inline]
    fn thread_count() -> usize {
        thread_count::thread_count()
    }

    #[inline]
    fn place(place: Place) -> Place {
        recorder::place(place)
    }

    fn introduce_queue(region: &SharedRegion, parts: &QueueParts, places: &[QueuePlace]) {
        let region = region.address();
        does(Asked::IntroduceQueue {
            region,
            parts,
            places,
        });
    }

    #[inline]
    fn now() -> Duration {
        clock::now()
    }

    #[inline]
    fn sleep(deadline: Deadline) {
        let asking = asks(Asked::Sleep(deadline));
        clock::sleep(deadline);
        asking.answers(());
    }

    #[inline]
    fn map(bytes: usize) -> Result<SharedRegion> {
        region::map(bytes)
    }
}
