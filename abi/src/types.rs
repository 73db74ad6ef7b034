//! The values that system calls take and give.

use core::fmt;
use core::time::Duration;

/// A process's number. The root process of a simulated run is 1.
///
/// ```
/// assert_eq!(forktalk_abi::Pid(1).to_string(), "1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid(pub i32);

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A file descriptor's number; it owns nothing and closes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Fd(pub i32);

impl fmt::Display for Fd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A signal's number; none means "is it there?".
///
/// ```
/// use forktalk_abi::Signal;
///
/// assert_eq!(Signal::KILL.to_string(), "SIGKILL");
/// assert_eq!(Signal::KILL, Signal(9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signal(pub i32);

impl Signal {
    /// Sends nothing: only asks whether the process exists.
    pub const NONE: Signal = Signal(0);
    /// `SIGINT`: interrupt; ends the process by default.
    pub const INT: Signal = Signal(2);
    /// `SIGABRT`: the process gave up.
    pub const ABRT: Signal = Signal(6);
    /// `SIGFPE`: a division by zero.
    pub const FPE: Signal = Signal(8);
    /// `SIGKILL`: ends the process; cannot be caught.
    pub const KILL: Signal = Signal(9);
    /// `SIGSEGV`: access to memory that is not there.
    pub const SEGV: Signal = Signal(11);
    /// `SIGTERM`: asks the process to end; ends it by default.
    pub const TERM: Signal = Signal(15);
    /// `SIGXCPU`: the process computed longer than it may.
    pub const XCPU: Signal = Signal(24);
    /// `SIGSYS`: the process made a call that is not to be made.
    pub const SYS: Signal = Signal(31);

    /// The symbolic name, such as `SIGKILL`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Signal::NONE => "no signal",
            Signal::INT => "SIGINT",
            Signal::ABRT => "SIGABRT",
            Signal::FPE => "SIGFPE",
            Signal::KILL => "SIGKILL",
            Signal::SEGV => "SIGSEGV",
            Signal::TERM => "SIGTERM",
            Signal::XCPU => "SIGXCPU",
            Signal::SYS => "SIGSYS",
            _ => "a signal",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a process ended.
///
/// ```
/// use forktalk_abi::{ExitStatus, Signal};
///
/// assert!(ExitStatus::Exited(0).success());
/// assert_eq!(ExitStatus::Signaled(Signal::TERM).to_string(), "ended by SIGTERM");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// It exited by itself, with this code (0 to 255).
    Exited(i32),
    /// A signal ended it.
    Signaled(Signal),
}

impl ExitStatus {
    /// As `wait(2)` packs it on Linux: the code in bits 8 to 15, or the signal in bits 0 to 6.
    #[must_use]
    pub const fn to_raw(self) -> i32 {
        match self {
            ExitStatus::Exited(code) => (code & 0xff) << 8,
            ExitStatus::Signaled(signal) => signal.0 & 0x7f,
        }
    }

    /// The inverse of [`ExitStatus::to_raw`].
    #[must_use]
    pub const fn from_raw(raw: i32) -> ExitStatus {
        if raw & 0x7f == 0 {
            ExitStatus::Exited((raw >> 8) & 0xff)
        } else {
            ExitStatus::Signaled(Signal(raw & 0x7f))
        }
    }

    /// Whether it exited by itself with code 0.
    #[must_use]
    pub const fn success(self) -> bool {
        matches!(self, ExitStatus::Exited(0))
    }

    /// The exit code, or nothing if a signal ended it.
    #[must_use]
    pub const fn code(self) -> Option<i32> {
        match self {
            ExitStatus::Exited(code) => Some(code),
            ExitStatus::Signaled(_) => None,
        }
    }

    /// The signal that ended it, or nothing if it exited by itself.
    #[must_use]
    pub const fn signal(self) -> Option<Signal> {
        match self {
            ExitStatus::Exited(_) => None,
            ExitStatus::Signaled(signal) => Some(signal),
        }
    }
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitStatus::Exited(code) => write!(f, "exit code {code}"),
            ExitStatus::Signaled(signal) => write!(f, "ended by {signal}"),
        }
    }
}

/// A moment on the monotonic clock ([`crate::System::now`]): when a wait gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Deadline {
    nanoseconds: u64,
}

impl Deadline {
    /// A moment that has passed already: look, do not wait.
    pub const PAST: Deadline = Deadline { nanoseconds: 0 };

    /// The moment that lies `nanoseconds` after the clock's origin.
    #[must_use]
    pub const fn at_nanoseconds(nanoseconds: u64) -> Deadline {
        Deadline { nanoseconds }
    }

    /// The moment that lies `timeout` after `now`; the far end of the clock if that would be beyond it.
    #[must_use]
    pub fn after(now: Duration, timeout: Duration) -> Deadline {
        let nanoseconds = now.saturating_add(timeout).as_nanos();
        Deadline {
            nanoseconds: u64::try_from(nanoseconds).unwrap_or(u64::MAX),
        }
    }

    /// Nanoseconds since the clock's origin.
    #[must_use]
    pub const fn nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// How long it is until then; zero if it has passed.
    #[must_use]
    pub const fn remaining(self, now: Duration) -> Duration {
        Duration::from_nanos(self.nanoseconds).saturating_sub(now)
    }
}

/// Conditions of a descriptor, as `poll(2)` numbers them on Linux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Conditions(pub u16);

impl Conditions {
    /// Nothing.
    pub const NONE: Conditions = Conditions(0);
    /// `POLLIN`: there is something to read.
    pub const READABLE: Conditions = Conditions(0x1);
    /// `POLLOUT`: there is room to write.
    pub const WRITABLE: Conditions = Conditions(0x4);
    /// `POLLERR`: nobody reads what would be written.
    pub const ERROR: Conditions = Conditions(0x8);
    /// `POLLHUP`: nobody writes any more; what lies there can still be read.
    pub const HANGUP: Conditions = Conditions(0x10);
    /// `POLLNVAL`: the descriptor is not open.
    pub const INVALID: Conditions = Conditions(0x20);

    /// Whether any of `others` holds.
    #[must_use]
    pub const fn any(self, others: Conditions) -> bool {
        self.0 & others.0 != 0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, others: Conditions) -> Conditions {
        Conditions(self.0 | others.0)
    }
}

/// One descriptor that [`crate::System::poll`] watches; laid out as `struct pollfd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Poll {
    /// The descriptor; a negative one is passed over.
    pub fd: Fd,
    /// What is asked for; [`Conditions::ERROR`], [`Conditions::HANGUP`] and [`Conditions::INVALID`] are always told.
    pub interest: Conditions,
    /// The answer.
    pub ready: Conditions,
}

impl Poll {
    /// Asks whether `fd` can be read: bytes, or end-of-file.
    #[must_use]
    pub const fn readable(fd: Fd) -> Poll {
        Poll {
            fd,
            interest: Conditions::READABLE,
            ready: Conditions::NONE,
        }
    }

    /// Whether anything at all was told of it.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready.0 != 0
    }
}

/// How a robust lock was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// It was free, or its owner released it.
    Clean,
    /// Its owner died holding it: what it guards may be half done.
    OwnerDied,
}
