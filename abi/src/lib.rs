//! The seam: what forktalk's message logic may ask of a Unix.
//!
//! [`System`] is the whole list. Three things speak it: `forktalk-native` answers it on a real Unix,
//! `forktalk-guest` passes it on as WebAssembly imports, and the simulated kernel answers those, reading them as
//! [`wire::Call`]. Whoever adds a call adds it in all of them, and nowhere else.
//!
//! Blocking and errors are said here once. Every call that waits retries by itself when a signal interrupts it:
//! none of them answers `EINTR`.

#![forbid(unsafe_code)]

mod errno;
mod queue;
mod types;
pub mod wire;

pub use errno::Errno;
pub use queue::{QueueParts, QueuePlace};
pub use types::{Conditions, Deadline, ExitStatus, Fd, Locked, Pid, Poll, Signal};

use core::panic::Location;
use core::time::Duration;

/// The answer of a system call.
pub type Result<T> = core::result::Result<T, Errno>;

/// The system calls that the message logic uses.
///
/// All functions are associated, none takes `self`: a program has one kernel. Each is `#[track_caller]`: a
/// simulated kernel is told which line of the program asked, and so is a native recording; else it costs nothing.
pub trait System {
    /// Shared memory that [`System::map`] made.
    type Region: Region;

    // Descriptors

    /// Makes a pipe: the reading end, then the writing end. Both are closed at `exec`, both are copied by fork.
    ///
    /// Does not block. `EMFILE`, `ENFILE`: no descriptor is free.
    #[track_caller]
    fn pipe() -> Result<(Fd, Fd)>;

    /// Makes a two-way channel: a pair of connected stream sockets. What one end writes the other reads.
    ///
    /// Does not block. `EMFILE`, `ENFILE`: no descriptor is free.
    #[track_caller]
    fn channel() -> Result<(Fd, Fd)>;

    /// Takes up to `buffer.len()` bytes, at least one; 0 is end-of-file (or an empty buffer).
    ///
    /// Blocks while nothing is there and somebody may still write. `EBADF`: not open for reading. `ECONNRESET`: the
    /// peer of a channel closed while bytes that it had not read were still waiting for it.
    #[track_caller]
    fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize>;

    /// Appends up to `at_most` bytes to `buffer`, for which it makes room; otherwise as [`System::read`].
    #[track_caller]
    fn read_append(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
        let before = buffer.len();
        buffer.resize(before + at_most, 0);
        let answer = Self::read(fd, &mut buffer[before..]);
        buffer.truncate(before + *answer.as_ref().unwrap_or(&0));
        answer
    }

    /// Appends `header` and then `payload`, as one write; answers how many bytes of the two together were taken.
    ///
    /// On a pipe, up to 4096 bytes go whole or not at all; beyond that others may write in between. Blocks until
    /// all is written. `EPIPE`: no reader is left (no signal is raised). `EBADF`: not open for writing.
    #[track_caller]
    fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize>;

    /// Waits until one of `entries` is ready, and says how many are; 0 when the deadline passed.
    ///
    /// Blocks until then; without a deadline, for ever. With no entries it sleeps. `EINVAL`: too many entries.
    #[track_caller]
    fn poll(entries: &mut [Poll], deadline: Option<Deadline>) -> Result<usize>;

    /// Makes another descriptor, the lowest free, of the same open end; closed at `exec`.
    ///
    /// Does not block. `EBADF`, `EMFILE`.
    #[track_caller]
    fn duplicate(fd: Fd) -> Result<Fd>;

    /// Closes the descriptor. The end itself is closed when its last descriptor, in any process, is.
    ///
    /// Does not block. `EBADF`: it is not open.
    #[track_caller]
    fn close(fd: Fd) -> Result<()>;

    /// Lays a writing end of a pipe down: until it is taken up again, `writing` is one more descriptor of `reading`, so
    /// that it keeps nobody waiting for end-of-file.
    ///
    /// Does not block. `EBADF`. `ENOTSUP`: this system could not take it up again; nothing has changed.
    #[track_caller]
    fn lay_down(writing: Fd, reading: Fd) -> Result<()>;

    /// Takes up what was laid down: `writing` is a writing end of the pipe of `reading` again.
    ///
    /// Does not block. `EBADF`; `EMFILE`, `ENFILE`: no descriptor is free for the moment that it takes.
    #[track_caller]
    fn take_up(writing: Fd, reading: Fd) -> Result<()>;

    /// Asks for room for `bytes` in the pipe that `fd` is an end of, rounded up to pages.
    ///
    /// Does not block. A wish: `EPERM` (over the user's limit), `EBUSY` (more than that lies there), `EBADF`
    /// (not a pipe) leave everything as it was.
    #[track_caller]
    fn set_capacity(fd: Fd, bytes: usize) -> Result<()>;

    // Processes

    /// Copies this process; `child` runs in the copy, which then exits with the code that it answers.
    ///
    /// Fork never returns twice: the caller goes on only as the parent, with the child's pid, after its own copy of
    /// `child` was dropped. `name` is for people to read. Does not block. `EAGAIN`, `ENOMEM`: no more processes.
    #[track_caller]
    fn fork<F: FnOnce() -> i32>(name: &str, child: F) -> Result<Pid>;

    /// Ends this process at once: nothing is dropped, nothing is flushed.
    #[track_caller]
    fn exit(code: i32) -> !;

    /// Takes the status of `child` when it has ended; it is then forgotten. Nothing if it has not and `block` is not
    /// asked for.
    ///
    /// Blocks, if asked, until the child has ended. `ECHILD`: not a child of this process, or taken already.
    #[track_caller]
    fn wait(child: Pid, block: bool) -> Result<Option<ExitStatus>>;

    /// Sends a signal to a process.
    ///
    /// Does not block. `ESRCH`: no such process. `EPERM`: not allowed.
    #[track_caller]
    fn kill(pid: Pid, signal: Signal) -> Result<()>;

    /// This process's number.
    fn own_pid() -> Pid;

    /// The parent's number; 1 (natively: the reaper) once the parent has ended.
    fn parent_pid() -> Pid;

    /// Makes a descriptor that becomes readable when `child` has ended, taken or not; closed at `exec`.
    ///
    /// Does not block. `ESRCH`: no such process, or taken already. `EINVAL`: no process has such a number. `EMFILE`.
    #[track_caller]
    fn open_process(child: Pid) -> Result<Fd>;

    /// From now on this process is killed (`SIGKILL`) when `parent` ends, however it ends.
    ///
    /// Does not block. `ESRCH`: `parent` is not, or no longer, the parent.
    #[track_caller]
    fn die_with_parent(parent: Pid) -> Result<()>;

    /// How many threads this process has.
    fn thread_count() -> usize;

    /// Says from which line of the program the following calls are made; answers what held before.
    ///
    /// [`Place::Caller`] holds at first. Natively nothing happens unless the run is recorded.
    fn place(place: Place) -> Place {
        place
    }

    /// Says of a region, and of pipes, that they make up a queue, so that a kernel which records it can speak of that. Said
    /// once, before anybody else can see them. Natively nothing happens unless the run is recorded.
    fn introduce_queue(region: &Self::Region, parts: &QueueParts, places: &[QueuePlace]) {
        let _ = (region, parts, places);
    }

    /// Says that a function begins which will [`forget`](System::forget). It may do so within another. Natively nothing
    /// happens.
    fn begin_scope() {}

    /// Says that of all that this process was told since its last scope began, only the number `known` matters any more:
    /// so that who compares states takes two ways to here for one. Natively nothing happens.
    fn forget(known: impl FnOnce() -> u64) {
        let _ = known;
    }

    /// Says that the last scope is over. Natively nothing happens.
    fn end_scope() {}

    // Time

    /// The monotonic clock. Does not block.
    fn now() -> Duration;

    /// Blocks until the deadline has passed.
    #[track_caller]
    fn sleep(deadline: Deadline);

    // Shared memory

    /// Maps `bytes` of zeroed memory that this process and all it forks share; given back when the last has dropped
    /// it or ended.
    ///
    /// Does not block. `ENOMEM`: there is not as much; `EINVAL`: zero bytes.
    #[track_caller]
    fn map(bytes: usize) -> Result<Self::Region>;
}

/// From which line of the program a call is made, for a kernel that records it.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// From the line that called.
    Caller,
    /// From this line: the library acts for it, elsewhere or later.
    At(&'static Location<'static>),
    /// From none: a value went out of scope.
    Nowhere,
}

/// Memory that processes share.
///
/// Offsets are in bytes; a word is 32 bits, at a multiple of four. An offset outside of the region is the caller's
/// mistake and panics. Words are read and written atomically, loads acquire and stores release.
pub trait Region: Send + Sync {
    /// Its size in bytes.
    fn bytes(&self) -> usize;

    /// Reads a word.
    #[track_caller]
    fn load(&self, offset: usize) -> u32;

    /// Writes a word.
    #[track_caller]
    fn store(&self, offset: usize, value: u32);

    /// Reads two words at once, the lower one first; `offset` is a multiple of eight.
    #[track_caller]
    fn load_wide(&self, offset: usize) -> u64;

    /// Writes two words at once, as [`Region::load_wide`] reads them.
    #[track_caller]
    fn store_wide(&self, offset: usize, value: u64);

    /// Adds to a word, wrapping; answers what stood there before.
    #[track_caller]
    fn add(&self, offset: usize, value: u32) -> u32;

    /// Copies bytes out. The caller sees to it that nobody writes there meanwhile.
    #[track_caller]
    fn copy_out(&self, offset: usize, buffer: &mut [u8]);

    /// Appends `bytes` of them to `buffer`, for which it makes room; otherwise as [`Region::copy_out`].
    #[track_caller]
    fn copy_append(&self, offset: usize, bytes: usize, buffer: &mut Vec<u8>) {
        let before = buffer.len();
        buffer.resize(before + bytes, 0);
        self.copy_out(offset, &mut buffer[before..]);
    }

    /// Copies bytes in. The caller sees to it that nobody uses them meanwhile.
    #[track_caller]
    fn copy_in(&self, offset: usize, bytes: &[u8]);

    /// Gives back the memory of these bytes, which read as zeros from now on. The caller sees to it that nobody uses them
    /// meanwhile. A system that cannot do it leaves them as they are.
    #[track_caller]
    fn discard(&self, offset: usize, bytes: usize);

    /// Looks at two words for some microseconds, in the hope that another processor changes them from `expected`, and says
    /// whether one did; stays then for `pauses` more, some ten nanoseconds each, in which there may come more of it.
    /// Where only one process computes at a time it does not even look.
    fn linger(&self, offset: usize, expected: u64, pauses: u32) -> bool {
        let _ = (offset, expected, pauses);
        false
    }

    /// Lets another process run, which is about to change two words from `expected`, and says whether it has. Where only one
    /// process computes at a time it does nothing.
    fn give_way(&self, offset: usize, expected: u64) -> bool {
        let _ = (offset, expected);
        false
    }

    /// Sleeps until the word is woken; returns at once if it is not `expected`, and now and then for no reason: the
    /// caller looks again.
    ///
    /// Blocks until then. `ETIMEDOUT`: the deadline passed. Who changes the word and does not wake it wakes nobody.
    #[track_caller]
    fn wait_on_word(&self, offset: usize, expected: u32, deadline: Option<Deadline>) -> Result<()>;

    /// Wakes all who sleep on the word, in all processes. Does not block.
    #[track_caller]
    fn wake(&self, offset: usize);

    /// Takes the robust lock at `offset`, which fills [`LOCK_BYTES`] and is one of the first [`LOCKS`] such places of the
    /// region; zeroed memory is made a lock by [`Region::make_lock`].
    ///
    /// Blocks while another holds it. `ETIMEDOUT`: the deadline passed. A holder that dies releases it; the next is
    /// told so.
    #[track_caller]
    fn lock(&self, offset: usize, deadline: Option<Deadline>) -> Result<Locked>;

    /// Releases the lock. `EPERM`: this process does not hold it.
    #[track_caller]
    fn unlock(&self, offset: usize) -> Result<()>;

    /// Makes zeroed memory a lock, before anybody else can see it.
    #[track_caller]
    fn make_lock(&self, offset: usize) -> Result<()>;
}

/// The room that a robust lock takes in a region.
pub const LOCK_BYTES: usize = 64;

/// How many robust locks a region can have: they lie at its beginning, at multiples of [`LOCK_BYTES`].
pub const LOCKS: usize = 128;
