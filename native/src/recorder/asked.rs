//! What is written of a call, and of its answer.
//!
//! A process's file is JSON Lines. The first says what it is: `{"forktalk":"recording","version":1,"run":"…","pid":…,
//! "at":…}`, of the first process also `program` and `arguments`. Moments (`at`, `deadline`) are nanoseconds of the
//! monotonic clock, `thread` is the calling thread's number in its process. Then there are three kinds of lines:
//!
//! - `{"at":…,"thread":1,"call":"read","fd":3,"bytes":4,"file":"src/main.rs","line":9}`: a call begins. It is called as in
//!   [`forktalk_abi::wire`], and has the arguments that it has there; `region` is the memory's address in the process.
//! - `{"at":…,"thread":1,"answer":4}`: that call answers, with a negative error number of Linux if it failed.
//! - `{"at":…,"thread":1,"does":"unlock",…}`: shared memory is used, which needs no answer. What is read from it, and
//!   what the records of a queue hold, is not written.
//!
//! Of messages there stand the header and the first bytes, as many as a picture shows.

use super::line::Line;
use forktalk_abi::{
    Deadline, ExitStatus, Fd, Locked, Pid, Poll, QueueParts, QueuePlace, Result, Signal,
};

/// How many bytes of a message are written, behind its header.
const SHOWN_BYTES: usize = 16;

/// A call with its arguments.
pub(crate) enum Asked<'a> {
    Pipe,
    Channel,
    Read {
        fd: Fd,
        bytes: usize,
    },
    Write {
        fd: Fd,
        header: &'a [u8],
        payload: &'a [u8],
    },
    Poll {
        entries: &'a [Poll],
        deadline: Option<Deadline>,
    },
    Duplicate(Fd),
    Close(Fd),
    LayDown {
        writing: Fd,
        reading: Fd,
    },
    TakeUp {
        writing: Fd,
        reading: Fd,
    },
    SetCapacity {
        fd: Fd,
        bytes: usize,
    },
    /// `child`: its number among its parent's children, from which its file has its name.
    Fork {
        child: u32,
        name: &'a str,
    },
    Exit {
        code: i32,
    },
    Wait {
        child: Pid,
        block: bool,
    },
    Kill {
        pid: Pid,
        signal: Signal,
    },
    OpenProcess(Pid),
    DieWithParent(Pid),
    Sleep(Deadline),
    Lock {
        region: usize,
        offset: usize,
        deadline: Option<Deadline>,
    },
    WaitOnWord {
        region: usize,
        offset: usize,
        expected: u32,
        deadline: Option<Deadline>,
    },
    // What needs no answer.
    Map {
        region: usize,
        bytes: usize,
    },
    Unmap {
        region: usize,
    },
    /// `value`: what is written or added, where something is.
    Use {
        how: Use,
        region: usize,
        offset: usize,
        value: u64,
    },
    IntroduceQueue {
        region: usize,
        parts: &'a QueueParts,
        places: &'a [QueuePlace],
    },
}

/// What is done at a place of a region.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    Unlock,
    Store,
    StoreWide,
    Add,
    Wake,
}

impl Use {
    fn name(self) -> &'static str {
        match self {
            Use::Unlock => "unlock",
            Use::Store => "store",
            Use::StoreWide => "store wide",
            Use::Add => "add",
            Use::Wake => "wake",
        }
    }
}

impl Asked<'_> {
    pub(super) fn describe(&self, line: &mut Line) {
        let mut call = |name: &str| line.text("call", name);
        match *self {
            Asked::Pipe => call("pipe"),
            Asked::Channel => call("channel"),
            Asked::Read { fd, bytes } => {
                call("read");
                line.fd("fd", fd);
                line.number("bytes", bytes as u64);
            }
            Asked::Write {
                fd,
                header,
                payload,
            } => {
                call("write");
                line.fd("fd", fd);
                line.bytes("header", header);
                line.bytes("payload", &payload[..payload.len().min(SHOWN_BYTES)]);
                line.number("bytes", (header.len() + payload.len()) as u64);
            }
            Asked::Poll { entries, deadline } => {
                call("poll");
                line.numbers("fds", entries.iter().map(|entry| entry.fd.0.into()));
                let interests = entries.iter().map(|entry| entry.interest.0.into());
                line.numbers("interests", interests);
                line.deadline(deadline);
            }
            Asked::Duplicate(fd) => {
                call("duplicate");
                line.fd("fd", fd);
            }
            Asked::Close(fd) => {
                call("close");
                line.fd("fd", fd);
            }
            Asked::LayDown { writing, reading } => {
                call("lay down");
                line.fd("fd", writing);
                line.fd("reading", reading);
            }
            Asked::TakeUp { writing, reading } => {
                call("take up");
                line.fd("fd", writing);
                line.fd("reading", reading);
            }
            Asked::SetCapacity { fd, bytes } => {
                call("set capacity");
                line.fd("fd", fd);
                line.number("bytes", bytes as u64);
            }
            _ => self.describe_process(line),
        }
    }

    /// What is about processes, and time.
    fn describe_process(&self, line: &mut Line) {
        let mut call = |name: &str| line.text("call", name);
        match *self {
            Asked::Fork { child, name } => {
                call("fork");
                line.number("child", child.into());
                line.text("name", name);
            }
            Asked::Exit { code } => {
                call("exit");
                line.signed("code", code.into());
            }
            Asked::Wait { child, block } => {
                call("wait");
                line.signed("pid", child.0.into());
                line.number("block", block.into());
            }
            Asked::Kill { pid, signal } => {
                call("kill");
                line.signed("pid", pid.0.into());
                line.signed("signal", signal.0.into());
            }
            Asked::OpenProcess(child) => {
                call("open process");
                line.signed("pid", child.0.into());
            }
            Asked::DieWithParent(parent) => {
                call("die with parent");
                line.signed("pid", parent.0.into());
            }
            Asked::Sleep(deadline) => {
                call("sleep");
                line.deadline(Some(deadline));
            }
            _ => self.describe_memory(line),
        }
    }

    /// What is done with shared memory.
    fn describe_memory(&self, line: &mut Line) {
        match *self {
            Asked::Lock {
                region,
                offset,
                deadline,
            } => {
                line.memory("call", "lock", region, offset);
                line.deadline(deadline);
            }
            Asked::WaitOnWord {
                region,
                offset,
                expected,
                deadline,
            } => {
                line.memory("call", "wait on word", region, offset);
                line.number("value", expected.into());
                line.deadline(deadline);
            }
            Asked::Map { region, bytes } => {
                line.memory("does", "map", region, 0);
                line.number("bytes", bytes as u64);
            }
            Asked::Unmap { region } => line.memory("does", "unmap", region, 0),
            Asked::Use {
                how,
                region,
                offset,
                value,
            } => {
                line.memory("does", how.name(), region, offset);
                if !matches!(how, Use::Unlock | Use::Wake) {
                    line.number("value", value);
                }
            }
            Asked::IntroduceQueue {
                region,
                parts,
                places,
            } => {
                line.memory("does", "introduce queue", region, 0);
                line.numbers("parts", parts.words().map(i64::from));
                let places = places.iter().flat_map(QueuePlace::words);
                line.numbers("places", places.map(i64::from));
            }
            _ => {}
        }
    }
}

impl Line {
    fn fd(&mut self, name: &str, fd: Fd) {
        self.signed(name, fd.0.into());
    }

    fn deadline(&mut self, deadline: Option<Deadline>) {
        if let Some(deadline) = deadline {
            self.number("deadline", deadline.nanoseconds());
        }
    }

    fn memory(&mut self, kind: &str, name: &str, region: usize, offset: usize) {
        self.text(kind, name);
        self.number("region", region as u64);
        self.number("offset", offset as u64);
    }
}

/// What a call answers.
pub(crate) trait Answer {
    fn describe(&self, line: &mut Line);
}

impl<T: Answer> Answer for Result<T> {
    fn describe(&self, line: &mut Line) {
        match self {
            Ok(answer) => answer.describe(line),
            Err(errno) => line.signed("answer", -i64::from(errno.raw())),
        }
    }
}

impl Answer for () {
    fn describe(&self, line: &mut Line) {
        line.number("answer", 0);
    }
}

impl Answer for usize {
    fn describe(&self, line: &mut Line) {
        line.number("answer", *self as u64);
    }
}

impl Answer for Fd {
    fn describe(&self, line: &mut Line) {
        line.fd("answer", *self);
    }
}

impl Answer for (Fd, Fd) {
    fn describe(&self, line: &mut Line) {
        line.number("answer", 0);
        line.numbers("fds", [self.0.0.into(), self.1.0.into()]);
    }
}

impl Answer for Pid {
    fn describe(&self, line: &mut Line) {
        line.signed("answer", self.0.into());
    }
}

impl Answer for Option<ExitStatus> {
    /// The status as wait(2) packs it; a child that goes on has none.
    fn describe(&self, line: &mut Line) {
        line.number("answer", u64::from(self.is_some()));
        if let Some(status) = self {
            line.signed("status", status.to_raw().into());
        }
    }
}

impl Answer for Locked {
    fn describe(&self, line: &mut Line) {
        let taken_over = matches!(self, Locked::OwnerDied);
        line.number("answer", 0);
        line.number("taken_over", taken_over.into());
    }
}
