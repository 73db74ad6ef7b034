//! What is measured of queues, and of whom.

use super::rig::Answer;
use clap::ValueEnum;
use std::fmt;
use std::str::FromStr;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Messages from putters to getters.
    Load(Load),
    /// A number there, and back through a second queue; before `asleep` ones both sides have slept.
    RoundTrip { asleep: bool },
    /// One operation, when nobody is in the way.
    Alone(Deed),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Put,
    Get,
    /// The lock that each of ours takes and releases.
    Lock,
}

/// So many put, so many get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) way: Way,
    pub(crate) size: Size,
    pub(crate) putters: u32,
    pub(crate) getters: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// One by one.
    PutGet,
    /// Several put at once, and what is there got at once.
    Batch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A number, as a value.
    U64,
    /// So many bytes, as bytes.
    Bytes(usize),
}

pub(crate) const SIZES: [Size; 5] = [
    Size::U64,
    Size::Bytes(64),
    Size::Bytes(1 << 10),
    Size::Bytes(16 << 10),
    Size::Bytes(1 << 20),
];

/// Putters and getters.
pub(crate) const CROWDS: [(u32, u32); 4] = [(1, 1), (4, 1), (1, 4), (4, 4)];

impl Size {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Size::U64 => 8,
            Size::Bytes(bytes) => bytes,
        }
    }

    /// How many messages a queue holds: 1024, and of larger ones as many as lie in 4 or 8 MiB.
    pub(crate) fn capacity(self) -> usize {
        match self.bytes() {
            ..=1024 => 1024,
            16384 => 256,
            _ => 8,
        }
    }

    /// How many messages make a batch, and are put between two looks at the clock.
    pub(crate) fn portion(self) -> u64 {
        (self.capacity() / 4) as u64
    }

    fn name(self) -> &'static str {
        match self {
            Size::U64 => "u64",
            Size::Bytes(64) => "64B",
            Size::Bytes(1024) => "1KiB",
            Size::Bytes(16384) => "16KiB",
            Size::Bytes(_) => "1MiB",
        }
    }
}

impl Case {
    pub(crate) fn all() -> impl Iterator<Item = Case> {
        let loads = [Way::PutGet, Way::Batch].into_iter().flat_map(|way| {
            SIZES.into_iter().flat_map(move |size| {
                CROWDS.into_iter().map(move |(putters, getters)| {
                    Case::Load(Load {
                        way,
                        size,
                        putters,
                        getters,
                    })
                })
            })
        });
        let trips = [false, true].map(|asleep| Case::RoundTrip { asleep });
        let alone = [Deed::Put, Deed::Get, Deed::Lock].map(Case::Alone);
        loads.chain(trips).chain(alone)
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Case::Load(_) => "messages/s",
            Case::RoundTrip { .. } | Case::Alone(_) => "s",
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Case::Load(load) => {
                let way = match load.way {
                    Way::PutGet => "put-get",
                    Way::Batch => "batch",
                };
                let (size, p, g) = (load.size.name(), load.putters, load.getters);
                write!(f, "{way}/{size}/{p}-{g}")
            }
            Case::RoundTrip { asleep: false } => f.write_str("round-trip/awake"),
            Case::RoundTrip { asleep: true } => f.write_str("round-trip/asleep"),
            Case::Alone(Deed::Put) => f.write_str("alone/put"),
            Case::Alone(Deed::Get) => f.write_str("alone/get"),
            Case::Alone(Deed::Lock) => f.write_str("alone/lock"),
        }
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(name: &str) -> Result<Case, String> {
        let found = Case::all().find(|case| case.to_string() == name);
        found.ok_or_else(|| format!("there is no case {name}"))
    }
}

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// This library.
    Forktalk,
    /// CPython's `multiprocessing.Queue`.
    Cpython,
    /// The crate `ipc-channel`.
    IpcChannel,
    /// The crate `iceoryx2`: publish and subscribe, nothing dropped, polling.
    Iceoryx2,
    /// The crate `crossbeam-channel`, between threads of one process.
    Crossbeam,
    /// A ring in shared memory for one putter and one getter, and nothing else.
    Ring,
    /// Two pipes, bare; for round trips.
    Pipe,
}

impl Who {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Who::Forktalk => "forktalk",
            Who::Cpython => "cpython",
            Who::IpcChannel => "ipc-channel",
            Who::Iceoryx2 => "iceoryx2",
            Who::Crossbeam => "crossbeam",
            Who::Ring => "ring",
            Who::Pipe => "pipe",
        }
    }

    /// Whether it has something of the kind.
    pub(crate) fn knows(self, case: Case) -> bool {
        match case {
            Case::Load(load) => self.knows_load(load),
            // Who polls does not sleep.
            Case::RoundTrip { asleep } => !(asleep && matches!(self, Who::Iceoryx2 | Who::Ring)),
            Case::Alone(Deed::Lock) => self == Who::Forktalk,
            Case::Alone(_) => matches!(self, Who::Forktalk | Who::Crossbeam),
        }
    }

    fn knows_load(self, load: Load) -> bool {
        let one_to_one = (load.putters, load.getters) == (1, 1);
        match (self, load.way) {
            (Who::Forktalk, _) | (Who::Crossbeam, Way::PutGet) => true,
            (Who::Ring, _) | (Who::Iceoryx2, Way::PutGet) => one_to_one,
            (Who::IpcChannel, Way::PutGet) => load.getters == 1,
            // The other crowds take longer to measure than they tell.
            (Who::Cpython, Way::PutGet) => {
                one_to_one || matches!(load.size, Size::U64 | Size::Bytes(1024))
            }
            _ => false,
        }
    }
}

/// For who is asked for what it does not know.
pub(crate) fn unknown<T>(who: Who, case: Case) -> Answer<T> {
    Err(format!("{} has nothing like {case}", who.name()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_found_by_its_name() {
        for case in Case::all() {
            assert_eq!(case.to_string().parse(), Ok(case));
        }
        assert_eq!(Case::all().count(), 45);
    }
}
