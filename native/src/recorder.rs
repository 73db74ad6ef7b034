//! Writing a run down, as it happens: for who looks at it afterwards.
//!
//! With `FORKTALK_TRACE=FILE` in its environment a program's first process writes what it asks of the system into
//! `FILE`, its first child into `FILE.1`, that one's second into `FILE.1.2`. Nobody writes into another's file, and
//! `forktalk view FILE` makes one story of them. What is written is said in `asked.rs`.
//!
//! - **A line is one `write(2)`** at the end of the file, made before what it tells of can be seen by others. So a process
//!   that is killed leaves all that it did, and who it kept waiting; a disk that is full leaves a torn last line.
//! - **Off, it costs a relaxed load** of [`MODE`] at each call, and a branch that is always taken. The environment is read
//!   once, at the first call; a child knows from its parent.
//! - **No lock is held across fork**, and none is taken at all: the state lies behind a pointer that only the first call
//!   and a newborn child set. The child's file is named before the fork, and opened first thing after it.
//! - A process that `fork(2)` made without this library writes nothing: its calls would stand in its parent's file.

mod asked;
mod line;

pub(crate) use asked::{Asked, Use};

use crate::{at_exit, clock, process};
use asked::Answer;
use core::cell::Cell;
use core::panic::Location;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, Ordering};
use forktalk_abi::{Pid, Place, Result};
use line::Line;
use nix::errno::Errno as Host;
use nix::libc;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::path::Path;
use std::sync::Once;

/// The variable of the environment that names the file.
const VARIABLE: &str = "FORKTALK_TRACE";

/// The version of what is written.
const VERSION: u32 = 1;

/// The file's descriptor is at least this, if there can be one: so the numbers of the program's own stay what they are
/// without it.
const LEAST_FD: libc::c_int = 512;

// What MODE can be.
const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// Whether this process writes. Relaxed: who reads an old value asks `is_on`, where `START` orders everything.
static MODE: AtomicU8 = AtomicU8::new(UNKNOWN);

/// That the environment was read.
static START: Once = Once::new();

/// Set by the first call, then only by a newborn child; null where nothing is written. Release, for the acquire of
/// [`state`].
static STATE: AtomicPtr<State> = AtomicPtr::new(ptr::null_mut());

/// The next thread's number.
static THREADS: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// From which line of the program calls are made.
    static PLACE: Cell<Place> = const { Cell::new(Place::Caller) };
    /// This thread's number in this process, from 1; 0 while it has none.
    static THREAD: Cell<u32> = const { Cell::new(0) };
}

/// What one process writes with.
struct State {
    file: File,
    path: OsString,
    /// The first process's number and the moment of its first call: files of another run lie beside this one's.
    run: String,
    pid: Pid,
    /// How many children it has made.
    children: AtomicU32,
}

/// A call that is under way.
#[must_use = "what it answers is to be written down too"]
pub(crate) struct Asking {
    is_written: bool,
}

/// A fork that is under way.
pub(crate) struct Birth {
    asking: Asking,
    /// What the child is to write with, where anything is written: the file, and the run that it belongs to.
    named: Option<Box<(OsString, String)>>,
}

/// Whether nothing is written: for what is so quick that it asks first and does all else elsewhere.
#[inline(always)]
pub(crate) fn is_off() -> bool {
    MODE.load(Ordering::Relaxed) == OFF
}

/// The program makes a call, which [`Asking::answers`].
#[inline]
#[track_caller]
pub(crate) fn asks(asked: Asked<'_>) -> Asking {
    if is_off() {
        return Asking { is_written: false };
    }
    let is_written = write_asked(&asked);
    Asking { is_written }
}

/// The program does what needs no answer.
#[inline]
#[track_caller]
pub(crate) fn does(asked: Asked<'_>) {
    if !is_off() {
        write_asked(&asked);
    }
}

/// From which line of the program calls are made from now on; answers what held before.
#[inline]
pub(crate) fn place(place: Place) -> Place {
    match is_off() {
        true => place,
        false => replace_place(place),
    }
}

#[cold]
#[inline(never)]
fn replace_place(place: Place) -> Place {
    PLACE.replace(place)
}

/// The program uses shared memory: this is done at so many bytes from the beginning of the region that begins there.
/// Numbers that fit into registers: a queue does it several times an item.
#[inline]
#[track_caller]
pub(crate) fn uses(how: Use, region: usize, offset: usize, value: u64) {
    if !is_off() {
        write_use(how, region, offset, value);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn write_use(how: Use, region: usize, offset: usize, value: u64) {
    write_asked(&Asked::Use {
        how,
        region,
        offset,
        value,
    });
}

impl Asking {
    /// What the call answers.
    #[inline]
    pub(crate) fn answers<T: Answer>(self, answer: T) -> T {
        if self.is_written {
            write_answer(&answer);
        }
        answer
    }
}

impl Birth {
    /// In the parent, just before it forks.
    #[inline]
    #[track_caller]
    pub(crate) fn begin(name: &str) -> Birth {
        if is_off() {
            return Birth::unwritten();
        }
        announce(name)
    }

    /// In the child, first of all: it writes into a file of its own from now on.
    #[inline]
    pub(crate) fn in_child(self) {
        if let Some(named) = self.named {
            enter(*named);
        }
    }

    /// In the parent, before it does anything else: what the fork answered.
    #[inline]
    pub(crate) fn in_parent(self, answer: Result<Pid>) -> Result<Pid> {
        self.asking.answers(answer)
    }

    fn unwritten() -> Birth {
        Birth {
            asking: Asking { is_written: false },
            named: None,
        }
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn announce(name: &str) -> Birth {
    let Some(state) = state() else {
        return Birth::unwritten();
    };
    let child = state.children.fetch_add(1, Ordering::Relaxed) + 1;
    let mut path = state.path.clone();
    path.push(format!(".{child}"));
    let is_written = write_asked(&Asked::Fork { child, name });
    Birth {
        asking: Asking { is_written },
        named: Some(Box::new((path, state.run.clone()))),
    }
}

#[cold]
#[inline(never)]
fn enter((path, run): (OsString, String)) {
    let before = STATE.swap(ptr::null_mut(), Ordering::AcqRel);
    // SAFETY: it was leaked by `State::hold`, and is set by nobody else. This process has one thread, which just forked
    // and is in no call that uses it. Dropping it closes this process's copy of the parent's descriptor.
    drop(unsafe { Box::from_raw(before) });
    match open(&path) {
        Ok(file) => State::hold(file, path, run, &[]),
        Err(error) => give_up(&path, &error.to_string()),
    }
}

/// What this process writes with; nothing if it does not write.
#[cold]
fn state() -> Option<&'static State> {
    START.call_once(start);
    let state = STATE.load(Ordering::Acquire);
    // SAFETY: null, or leaked by `State::hold`; only `enter` takes it back, where no call is under way.
    let state = unsafe { state.as_ref() }?;
    // Made by a fork(2) that is not ours: the file is another's.
    (state.pid == process::own_pid()).then_some(state)
}

fn start() {
    let path = env::var_os(VARIABLE).filter(|path| !path.is_empty());
    let Some(path) = path else {
        MODE.store(OFF, Ordering::Relaxed);
        return;
    };
    // Children are born wherever the program has gone by then.
    let path = std::path::absolute(&path).map_or(path, OsString::from);
    let opened = open(&path).map_err(|error| error.to_string());
    let opened = opened.and_then(|file| {
        // Another program of this environment may be writing there still, or have started this one.
        let taken = file.try_lock().map_err(|_| "another run writes there");
        taken?;
        Ok(file)
    });
    match opened {
        Ok(file) => {
            let run = format!("{}-{}", process::own_pid(), clock::now().as_nanos());
            let arguments: Vec<OsString> = env::args_os().collect();
            State::hold(file, path, run, &arguments);
            at_exit::call(|code| {
                PLACE.set(Place::Nowhere);
                does(Asked::Exit { code });
            });
        }
        Err(error) => give_up(&path, &error),
    }
}

/// Opens a file that is to be written, and lays its descriptor out of the program's way.
fn open(path: &OsStr) -> std::io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    // SAFETY: F_DUPFD_CLOEXEC touches no memory.
    let moved = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_DUPFD_CLOEXEC, LEAST_FD) };
    match Host::result(moved) {
        // SAFETY: it was made just now and is nobody else's.
        Ok(fd) => Ok(File::from(unsafe { OwnedFd::from_raw_fd(fd) })),
        // There are no such numbers for this process: then it stays where it is.
        Err(_) => Ok(file),
    }
}

impl State {
    /// Sets this process's state, for as long as it lives, and writes the first line.
    fn hold(file: File, path: OsString, run: String, arguments: &[OsString]) {
        if let Err(error) = file.set_len(0) {
            return give_up(&path, &error.to_string());
        }
        let pid = process::own_pid();
        let children = AtomicU32::new(0);
        let mut line = Line::new("forktalk", "recording");
        line.number("version", VERSION.into());
        line.text("run", &run);
        line.signed("pid", pid.0.into());
        line.number("at", now_ns());
        if let Some((program, _)) = arguments.split_first() {
            let name = Path::new(program).file_name().unwrap_or(program);
            line.text("program", &name.to_string_lossy());
            line.texts("arguments", arguments);
        }
        let state = Box::new(State {
            file,
            path,
            run,
            pid,
            children,
        });
        let state = Box::leak(state);
        STATE.store(state, Ordering::Release);
        MODE.store(ON, Ordering::Relaxed);
        state.write(line);
    }

    /// One `write(2)`: others that append there cannot come in between, and a kill cannot cut it in two.
    fn write(&self, line: Line) {
        let bytes = line.into_bytes();
        let written = loop {
            match (&self.file).write(&bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match written {
            Ok(count) if count == bytes.len() => {}
            Ok(_) => give_up(&self.path, "no room is left"),
            Err(error) => give_up(&self.path, &error.to_string()),
        }
    }
}

/// Nothing is written from here on: the program itself goes on.
fn give_up(path: &OsStr, why: &str) {
    MODE.store(OFF, Ordering::Relaxed);
    let path = Path::new(path).display();
    eprintln!("forktalk: this process is not recorded in {path}: {why}");
}

#[cold]
#[inline(never)]
#[track_caller]
fn write_asked(asked: &Asked<'_>) -> bool {
    let Some(state) = state() else {
        return false;
    };
    let mut line = begun();
    asked.describe(&mut line);
    let caller = match PLACE.get() {
        Place::Caller => Some(Location::caller()),
        Place::At(location) => Some(location),
        Place::Nowhere => None,
    };
    if let Some(caller) = caller {
        line.text("file", caller.file());
        line.number("line", caller.line().into());
    }
    state.write(line);
    true
}

#[cold]
#[inline(never)]
fn write_answer(answer: &dyn Answer) {
    if let Some(state) = state() {
        let mut line = begun();
        answer.describe(&mut line);
        state.write(line);
    }
}

fn begun() -> Line {
    if THREAD.get() == 0 {
        THREAD.set(THREADS.fetch_add(1, Ordering::Relaxed) + 1);
    }
    let mut line = Line::at(now_ns());
    line.number("thread", THREAD.get().into());
    line
}

fn now_ns() -> u64 {
    u64::try_from(clock::now().as_nanos()).unwrap_or(u64::MAX)
}
