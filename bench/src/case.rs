//! What is measured, of whom, and what forktalk is to reach.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::fmt;
use std::time::Duration;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// Messages of this many bytes, one call each.
    Bytes(usize),
    /// Typed messages, received by iterating.
    Iterate,
    /// Typed messages, received one by one.
    Recv,
    /// A child that does nothing, forked and waited for.
    ForkJoin,
    /// The same, given exactly what it owns.
    SpawnJoin,
}

const CASES: [Case; 8] = [
    Case::Bytes(8),
    Case::Bytes(1 << 10),
    Case::Bytes(64 << 10),
    Case::Bytes(1 << 20),
    Case::Iterate,
    Case::Recv,
    Case::ForkJoin,
    Case::SpawnJoin,
];

/// From this size on, the bare pipe gets a buffer of [`WIDE_PIPE_BYTES`], as forktalk gives its own.
pub(crate) const LONG_BYTES: usize = 64 << 10;

/// The largest pipe buffer that Linux lets any user have.
pub(crate) const WIDE_PIPE_BYTES: usize = 1 << 20;

/// What forktalk is to reach.
pub(crate) enum Target {
    /// At least this part of the bare rate.
    RateOfBare(f64),
    /// At most this multiple of the bare time.
    TimeOfBare(f64),
}

impl Case {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Case::Bytes(8) => "bytes/8B",
            Case::Bytes(1024) => "bytes/1KiB",
            Case::Bytes(65536) => "bytes/64KiB",
            Case::Bytes(_) => "bytes/1MiB",
            Case::Iterate => "iterate/u64",
            Case::Recv => "recv/u64",
            Case::ForkJoin => "fork+join",
            Case::SpawnJoin => "spawn+join",
        }
    }

    /// How often it is done in one measurement: a third of a second or so.
    pub(crate) fn count(self, who: Who) -> u64 {
        let full = match self {
            Case::Bytes(8) | Case::Iterate | Case::Recv => 800_000,
            Case::Bytes(1024) => 600_000,
            Case::Bytes(65536) => 16_000,
            Case::Bytes(_) => 1_000,
            Case::ForkJoin | Case::SpawnJoin => 1_000,
        };
        match who {
            Who::Bare | Who::Forktalk => full,
            Who::Cpython | Who::IpcChannel => full / 4,
        }
    }

    /// How many messages a second, or how many seconds each, if `count` of them took `elapsed`.
    pub(crate) fn value(self, count: u64, elapsed: Duration) -> f64 {
        match self {
            Case::ForkJoin | Case::SpawnJoin => elapsed.as_secs_f64() / count as f64,
            _ => count as f64 / elapsed.as_secs_f64(),
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Case::ForkJoin | Case::SpawnJoin => "s",
            _ => "messages/s",
        }
    }

    /// Nothing where small messages are sent as bytes: there a frame is two reads instead of one.
    pub(crate) fn target(self) -> Option<Target> {
        match self {
            Case::Bytes(65536..) | Case::Iterate => Some(Target::RateOfBare(0.9)),
            Case::Bytes(_) => None,
            Case::Recv => Some(Target::RateOfBare(0.5)),
            Case::ForkJoin => Some(Target::TimeOfBare(1.15)),
            Case::SpawnJoin => Some(Target::TimeOfBare(1.4)),
        }
    }
}

impl ValueEnum for Case {
    fn value_variants<'a>() -> &'a [Case] {
        &CASES
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// The system calls and nothing else.
    Bare,
    /// This library.
    Forktalk,
    /// CPython's `multiprocessing`.
    Cpython,
    /// The crate `ipc-channel`.
    IpcChannel,
}

impl Who {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Who::Bare => "bare",
            Who::Forktalk => "forktalk",
            Who::Cpython => "cpython",
            Who::IpcChannel => "ipc-channel",
        }
    }

    /// Whether it has something of the kind at all.
    pub(crate) fn knows(self, case: Case) -> bool {
        match (self, case) {
            (Who::Bare | Who::Forktalk, _) => true,
            // There is no iterating, and what CPython calls spawn is a new interpreter.
            (Who::Cpython, Case::Iterate | Case::SpawnJoin) => false,
            (Who::Cpython, _) => true,
            (Who::IpcChannel, case) => matches!(case, Case::Bytes(_) | Case::Recv),
        }
    }
}
