//! The seam of forktalk as WebAssembly imports: [`Guest`] is [`System`] inside of a simulated process.
//!
//! Every call becomes a [`Call`] and goes to the host through the imports that [`forktalk_abi::wire`] describes; nothing is
//! decided here, but that a call which a signal interrupts is made again. On other targets this crate is empty.

#![cfg(target_arch = "wasm32")]

mod clock;
mod descriptor;
mod process;
mod region;
mod robust_lock;
mod scope;
mod start;

use core::cell::Cell;
use core::panic::Location;
use core::time::Duration;

use forktalk_abi::wire::{Call, SUSPEND};
use forktalk_abi::{
    Deadline, Errno, ExitStatus, Fd, Pid, Place, Poll, QueueParts, QueuePlace, Result, Signal,
    System,
};

pub use region::Mapping;
pub use start::forktalk_child;

/// The simulated Unix around this WebAssembly instance.
///
/// ```no_run
/// use forktalk_abi::System;
/// use forktalk_guest::Guest;
///
/// let (reading, writing) = Guest::pipe().unwrap();
/// Guest::write(writing, b"", b"hello").unwrap();
/// assert_eq!(Guest::read(reading, &mut [0; 16]), Ok(5));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Guest;

impl System for Guest {
    type Region = Mapping;

    #[track_caller]
    fn pipe() -> Result<(Fd, Fd)> {
        descriptor::pipe()
    }

    #[track_caller]
    fn channel() -> Result<(Fd, Fd)> {
        descriptor::channel()
    }

    #[track_caller]
    fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize> {
        descriptor::read(fd, buffer)
    }

    #[track_caller]
    fn read_append(fd: Fd, buffer: &mut Vec<u8>, at_most: usize) -> Result<usize> {
        descriptor::read_append(fd, buffer, at_most)
    }

    #[track_caller]
    fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<usize> {
        descriptor::write(fd, header, payload)
    }

    #[track_caller]
    fn poll(entries: &mut [Poll], deadline: Option<Deadline>) -> Result<usize> {
        descriptor::poll(entries, deadline)
    }

    #[track_caller]
    fn duplicate(fd: Fd) -> Result<Fd> {
        descriptor::duplicate(fd)
    }

    #[track_caller]
    fn close(fd: Fd) -> Result<()> {
        descriptor::close(fd)
    }

    #[track_caller]
    fn lay_down(writing: Fd, reading: Fd) -> Result<()> {
        descriptor::lay_down(writing, reading)
    }

    #[track_caller]
    fn take_up(writing: Fd, reading: Fd) -> Result<()> {
        descriptor::take_up(writing, reading)
    }

    #[track_caller]
    fn set_capacity(fd: Fd, bytes: usize) -> Result<()> {
        descriptor::set_capacity(fd, bytes)
    }

    #[track_caller]
    fn fork<F: FnOnce() -> i32>(name: &str, child: F) -> Result<Pid> {
        process::fork(name, child)
    }

    #[track_caller]
    fn exit(code: i32) -> ! {
        process::exit(code)
    }

    #[track_caller]
    fn wait(child: Pid, block: bool) -> Result<Option<ExitStatus>> {
        process::wait(child, block)
    }

    #[track_caller]
    fn kill(pid: Pid, signal: Signal) -> Result<()> {
        process::kill(pid, signal)
    }

    fn own_pid() -> Pid {
        process::own_pid()
    }

    fn parent_pid() -> Pid {
        process::parent_pid()
    }

    #[track_caller]
    fn open_process(child: Pid) -> Result<Fd> {
        process::open_process(child)
    }

    #[track_caller]
    fn die_with_parent(parent: Pid) -> Result<()> {
        process::die_with_parent(parent)
    }

    fn thread_count() -> usize {
        process::thread_count()
    }

    fn place(place: Place) -> Place {
        PLACE.replace(place)
    }

    fn introduce_queue(region: &Mapping, parts: &QueueParts, places: &[QueuePlace]) {
        region::introduce_queue(region, parts, places);
    }

    fn begin_scope() {
        scope::begin();
    }

    fn forget(known: impl FnOnce() -> u64) {
        scope::forget(known());
    }

    fn end_scope() {
        scope::end();
    }

    fn now() -> Duration {
        clock::now()
    }

    #[track_caller]
    fn sleep(deadline: Deadline) {
        clock::sleep(deadline);
    }

    #[track_caller]
    fn map(bytes: usize) -> Result<Mapping> {
        region::map(bytes)
    }
}

#[link(wasm_import_module = "forktalk")]
unsafe extern "C" {
    /// Makes a call.
    fn call(
        number: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        file: *const u8,
        file_bytes: usize,
        line: u32,
    ) -> i32;

    /// Suspends the instance, until the call that was answered with `SUSPEND` is performed.
    fn wait() -> i32;
}

thread_local! {
    /// Which line answers for the calls that follow.
    static PLACE: Cell<Place> = const { Cell::new(Place::Caller) };
}

/// Hands a call to the kernel, together with the source line that is to answer for it.
///
/// # Safety
///
/// The kernel reads and writes where the call says: each address in it must be valid for that, and for as many bytes
/// as the call says or its definition implies, until this function returns.
#[inline]
#[track_caller]
unsafe fn perform(request: Call) -> Result<u32> {
    let (number, [a, b, c, d, e]) = request.encode();
    let (file, line) = match PLACE.get() {
        Place::Caller => file_and_line(Location::caller()),
        Place::At(location) => file_and_line(location),
        Place::Nowhere => ("", 0),
    };
    // SAFETY: the signature is that of the imports, the name of the file is a live string, and the caller vouches
    // for the addresses in `request`.
    let mut answer = unsafe { call(number, a, b, c, d, e, file.as_ptr(), file.len(), line) };
    if answer == SUSPEND {
        // SAFETY: as above: the addresses are used until this returns.
        answer = unsafe { wait() };
    }
    if answer < 0 {
        Err(Errno::from_raw(-answer))
    } else {
        Ok(answer.cast_unsigned())
    }
}

/// Makes a call that may wait; again as long as a signal interrupts it.
///
/// # Safety
///
/// As for [`perform`].
#[inline]
#[track_caller]
unsafe fn uninterrupted(request: Call) -> Result<u32> {
    loop {
        // SAFETY: the caller vouches for the addresses in `request`.
        match unsafe { perform(request) } {
            Err(Errno::INTR) => {}
            answer => return answer,
        }
    }
}

fn file_and_line(location: &'static Location<'static>) -> (&'static str, u32) {
    (location.file(), location.line())
}

/// Where something lies in this instance's memory, as the wire carries it.
#[inline]
fn address<T: ?Sized>(place: *const T) -> u32 {
    place.cast::<u8>() as usize as u32
}
