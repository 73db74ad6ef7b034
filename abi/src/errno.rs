//! Error numbers, with Linux's values on every host.

use core::fmt;

/// Why a system call failed.
///
/// The values are those of Linux on every host, so that a trace reads the same everywhere; `native` translates
/// where its Unix numbers them otherwise.
///
/// ```
/// use forktalk_abi::Errno;
///
/// assert_eq!(Errno::PIPE.raw(), 32);
/// assert_eq!(Errno::PIPE.to_string(), "broken pipe: no reader is left (EPIPE)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Errno(u16);

macro_rules! errnos {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl Errno {
            $(#[doc = concat!("`E", stringify!($name), "`: ", $text, ".")]
            pub const $name: Errno = Errno($value);)*

            /// The symbolic name, such as `EPIPE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Errno::$name => concat!("E", stringify!($name)),)*
                    _ => "unknown error",
                }
            }

            /// What it means, in a few words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Errno::$name => $text,)*
                    _ => "an error that forktalk does not know",
                }
            }
        }
    };
}

errnos! {
    PERM = 1, "operation not permitted";
    NOENT = 2, "no such file";
    SRCH = 3, "no such process";
    INTR = 4, "interrupted by a signal";
    IO = 5, "input/output error";
    BADF = 9, "bad file descriptor";
    CHILD = 10, "no such child process";
    AGAIN = 11, "would block, or no resources for now";
    NOMEM = 12, "out of memory";
    ACCES = 13, "permission denied";
    FAULT = 14, "bad address";
    BUSY = 16, "resource busy";
    INVAL = 22, "invalid argument";
    NFILE = 23, "too many open files in the system";
    MFILE = 24, "too many open descriptors";
    SPIPE = 29, "illegal seek";
    PIPE = 32, "broken pipe: no reader is left";
    DEADLK = 35, "resource deadlock would occur";
    NOSYS = 38, "function not implemented";
    OVERFLOW = 75, "value too large";
    NOTSOCK = 88, "not a socket";
    MSGSIZE = 90, "message too long";
    NOTSUP = 95, "operation not supported";
    CONNRESET = 104, "connection reset by peer";
    TIMEDOUT = 110, "timed out";
    OWNERDEAD = 130, "the owner of the lock died";
}

impl Errno {
    /// The errno of this number; Linux's numbers are below 4096.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Errno {
        if raw > 0 && raw < 4096 {
            Errno(raw as u16)
        } else {
            Errno::IO
        }
    }

    /// The number, as Linux has it.
    #[must_use]
    pub const fn raw(self) -> i32 {
        self.0 as i32
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name(), self.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.meaning(), self.name())
    }
}

impl core::error::Error for Errno {}
