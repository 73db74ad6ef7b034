//! The simulated kernel against the real one: the same random calls on both, and the same answers.
//!
//! Pipes are compared whole: results, bytes, errors, what poll tells, and the point at which a call would block. Of
//! channels all but that point, which depends on how this machine's kernel accounts for memory; so here little
//! enough lies in a channel that no write blocks.
//!
//! The real ends do not block, so that a call that would is seen to (`EAGAIN`); the simulated kernel is asked whether
//! the call is enabled. A write beyond 4096 bytes takes what finds room, on both sides, and the rest is let go.

#![cfg(target_os = "linux")]

use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Fd, Pid};
use forktalk_kernel::{Config, Kernel, Performed, Position, Request};
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::sys::stat::Mode;
use nix::unistd::{dup, pipe2, read, write};
use proptest::prelude::*;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

const ROOT: Pid = Pid(1);

// Where things lie in the simulated process's memory.
const OUT: u32 = 8;
const DEADLINE: u32 = 64;
const ENTRIES: u32 = 1024;
const DATA: u32 = 4096;
const MEMORY_BYTES: usize = 3 << 20;

/// Sizes at which something could go wrong: nothing, one, the atomic size, pages, capacities.
const SIZES: [usize; 20] = [
    0, 1, 2, 3, 5, 100, 4091, 4095, 4096, 4097, 8191, 8192, 8193, 12_288, 61_440, 65_535, 65_536,
    65_537, 131_072, 1_048_577,
];

#[derive(Clone, Debug)]
enum Step {
    Pipe,
    Channel,
    Read { end: usize, size: usize },
    Write { end: usize, size: usize },
    Duplicate { end: usize },
    Close { end: usize },
    Poll { interest: u16 },
    SetCapacity { end: usize, size: usize },
    LayDown { end: usize, beside: usize },
    TakeUp { end: usize, beside: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let end = 0..64_usize;
    let size = prop_oneof![
        4 => (0..SIZES.len()).prop_map(|index| SIZES[index]),
        1 => 0..70_000_usize,
    ];
    prop_oneof![
        2 => Just(Step::Pipe),
        1 => Just(Step::Channel),
        8 => (end.clone(), size.clone()).prop_map(|(end, size)| Step::Read { end, size }),
        10 => (end.clone(), size.clone()).prop_map(|(end, size)| Step::Write { end, size }),
        2 => end.clone().prop_map(|end| Step::Duplicate { end }),
        3 => end.clone().prop_map(|end| Step::Close { end }),
        3 => (0..16_u16).prop_map(|bits| Step::Poll {
            // POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM.
            interest: (bits & 1) | (bits & 2) << 1 | (bits & 4) << 4 | (bits & 8) << 5,
        }),
        1 => (end.clone(), size).prop_map(|(end, size)| Step::SetCapacity { end, size }),
        3 => (end.clone(), end.clone()).prop_map(|(end, beside)| Step::LayDown { end, beside }),
        3 => (end.clone(), end).prop_map(|(end, beside)| Step::TakeUp { end, beside }),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pipe,
    Channel,
}

/// One end on both sides. Its duplicates are ends too.
struct End {
    simulated: Fd,
    real: OwnedFd,
    kind: Kind,
}

struct Both {
    kernel: Kernel,
    memory: Vec<u8>,
    ends: Vec<End>,
    /// So that every byte written is another.
    written: usize,
    /// Bytes and writes that lie in channels, at most.
    in_channels: (usize, usize),
}

/// What a call came to: it would block, or this.
type Answer = Option<Result<i32, Errno>>;

impl Both {
    fn new() -> Both {
        let mut both = Both {
            kernel: Kernel::new(Config::default(), true),
            memory: vec![0; MEMORY_BYTES],
            ends: Vec::new(),
            written: 0,
            in_channels: (0, 0),
        };
        both.kernel.begin_step();
        let begun = both.kernel.perform(ROOT, None, &mut both.memory[..]);
        assert_eq!(begun, Performed::Answer(0));
        both
    }

    fn simulate(&mut self, call: Call) -> Answer {
        let (kernel, memory) = (&mut self.kernel, &mut self.memory[..]);
        kernel.announce(ROOT, Request::Call(call), Position::default(), memory);
        if !kernel.is_enabled(ROOT) {
            return None;
        }
        let before = lying(kernel);
        kernel.begin_step();
        match kernel.perform(ROOT, None, memory) {
            Performed::Answer(answer) if answer < 0 => Some(Err(Errno::from_raw(-answer))),
            Performed::Answer(answer) => Some(Ok(answer)),
            Performed::Partly => Some(Ok((lying(kernel) - before) as i32)),
            other => panic!("{call:?} came to {other:?}"),
        }
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Pipe if self.ends.len() < 12 => self.make(Kind::Pipe),
            Step::Channel if self.ends.len() < 12 => self.make(Kind::Channel),
            Step::Pipe | Step::Channel => {}
            Step::Poll { interest } => self.poll(interest),
            _ if self.ends.is_empty() => {}
            Step::Read { end, size } => self.read(end % self.ends.len(), size),
            Step::Write { end, size } => self.write(end % self.ends.len(), size),
            Step::Duplicate { end } => self.duplicate(end % self.ends.len()),
            Step::Close { end } => self.close(end % self.ends.len()),
            Step::SetCapacity { end, size } => self.set_capacity(end % self.ends.len(), size),
            Step::LayDown { end, beside } => {
                self.lay_down(end % self.ends.len(), beside % self.ends.len());
            }
            Step::TakeUp { end, beside } => {
                self.take_up(end % self.ends.len(), beside % self.ends.len());
            }
        }
    }

    fn make(&mut self, kind: Kind) {
        let (call, real) = match kind {
            Kind::Pipe => (Call::Pipe { out: OUT }, pipe2(OFlag::O_NONBLOCK)),
            Kind::Channel => {
                let flags = SockFlag::SOCK_NONBLOCK;
                let made = socketpair(AddressFamily::Unix, SockType::Stream, None, flags);
                (Call::Channel { out: OUT }, made)
            }
        };
        assert_eq!(self.simulate(call), Some(Ok(0)));
        let (first, second) = real.expect("the real kernel has room for a dozen descriptors");
        for (index, real) in [first, second].into_iter().enumerate() {
            let place = OUT as usize + 4 * index;
            let number = self.memory[place..place + 4]
                .try_into()
                .expect("four bytes");
            self.ends.push(End {
                simulated: Fd(i32::from_le_bytes(number)),
                real,
                kind,
            });
        }
    }

    fn read(&mut self, end: usize, size: usize) {
        let fd = self.ends[end].simulated.0 as u32;
        let simulated = self.simulate(Call::Read {
            fd,
            address: DATA,
            bytes: size as u32,
        });
        let mut buffer = vec![0; size];
        let real = answer(read(&self.ends[end].real, &mut buffer));
        assert_eq!(simulated, real, "read of {size} bytes");
        if let Some(Ok(bytes)) = real {
            let data = &self.memory[DATA as usize..][..bytes as usize];
            assert!(data == &buffer[..bytes as usize], "other bytes were read");
            if self.ends[end].kind == Kind::Channel {
                self.in_channels.0 -= bytes as usize;
            }
        }
    }

    fn write(&mut self, end: usize, size: usize) {
        let is_channel = self.ends[end].kind == Kind::Channel;
        let size = if is_channel { size % 4500 } else { size };
        if is_channel && (self.in_channels.0 + size > 40_000 || self.in_channels.1 > 60) {
            return;
        }
        for byte in &mut self.memory[DATA as usize..][..size] {
            *byte = (self.written % 251) as u8;
            self.written += 1;
        }
        let payload = self.memory[DATA as usize..][..size].to_vec();
        let fd = self.ends[end].simulated.0 as u32;
        let call = Call::Write {
            fd,
            header: 0,
            header_bytes: 0,
            payload: DATA,
            payload_bytes: size as u32,
        };
        let simulated = self.simulate(call);
        let real = answer(write(&self.ends[end].real, &payload));
        assert_eq!(simulated, real, "write of {size} bytes");
        if let (true, Some(Ok(bytes))) = (is_channel, real) {
            self.in_channels.0 += bytes as usize;
            self.in_channels.1 += 1;
        }
    }

    fn duplicate(&mut self, end: usize) {
        let fd = self.ends[end].simulated.0 as u32;
        let simulated = self.simulate(Call::Duplicate { fd });
        let real = dup(&self.ends[end].real).expect("a descriptor is free");
        let Some(Ok(number)) = simulated else {
            panic!("duplicate came to {simulated:?}");
        };
        self.ends.push(End {
            simulated: Fd(number),
            real,
            kind: self.ends[end].kind,
        });
    }

    fn close(&mut self, end: usize) {
        let closed = self.ends.swap_remove(end);
        let fd = closed.simulated.0 as u32;
        assert_eq!(self.simulate(Call::Close { fd }), Some(Ok(0)));
        drop(closed.real);
        assert_eq!(
            self.simulate(Call::Close { fd }),
            Some(Err(Errno::BADF)),
            "a second time"
        );
        if self.ends.iter().all(|end| end.kind == Kind::Pipe) {
            self.in_channels = (0, 0);
        }
    }

    /// Where the simulated kernel lets a writing end be laid down, the real one's is replaced as dup2(2) does it.
    fn lay_down(&mut self, end: usize, beside: usize) {
        let [writing, reading] = [end, beside].map(|end| self.ends[end].simulated.0 as u32);
        if self.simulate(Call::LayDown { writing, reading }) == Some(Ok(0)) {
            let copy = dup(&self.ends[beside].real);
            self.ends[end].real = copy.expect("a descriptor is free");
        }
    }

    /// Where the simulated kernel lets it be taken up, the real pipe is opened for writing again.
    fn take_up(&mut self, end: usize, beside: usize) {
        let [writing, reading] = [end, beside].map(|end| self.ends[end].simulated.0 as u32);
        if self.simulate(Call::TakeUp { writing, reading }) == Some(Ok(0)) {
            let name = format!("/proc/self/fd/{}", self.ends[beside].real.as_raw_fd());
            let how = OFlag::O_WRONLY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
            let opened = open(name.as_str(), how, Mode::empty());
            self.ends[end].real = opened.expect("a reading end of it is held");
        }
    }

    /// Asks for all ends at once.
    fn poll(&mut self, interest: u16) {
        for (index, end) in self.ends.iter().enumerate() {
            let place = ENTRIES as usize + 8 * index;
            self.memory[place..place + 4].copy_from_slice(&end.simulated.0.to_le_bytes());
            self.memory[place + 4..place + 8].copy_from_slice(&u32::from(interest).to_le_bytes());
        }
        self.memory[DEADLINE as usize..][..8].fill(0);
        let count = self.ends.len() as u32;
        let simulated = self.simulate(Call::Poll {
            entries: ENTRIES,
            count,
            deadline: DEADLINE,
        });

        let flags = PollFlags::from_bits_retain(interest as i16);
        let ends = self
            .ends
            .iter()
            .map(|end| PollFd::new(end.real.as_fd(), flags));
        let mut polled: Vec<PollFd<'_>> = ends.collect();
        let real = answer(poll(&mut polled, PollTimeout::ZERO).map(|ready| ready as usize));
        assert_eq!(simulated, real, "poll of {count} ends for {interest:#x}");
        for (index, real) in polled.iter().enumerate() {
            let place = ENTRIES as usize + 8 * index + 6;
            let told = u16::from_le_bytes([self.memory[place], self.memory[place + 1]]);
            let real = real.revents().map_or(0, |flags| flags.bits() as u16);
            assert_eq!(
                told, real,
                "what poll tells of end {index} for {interest:#x}"
            );
        }
    }

    fn set_capacity(&mut self, end: usize, size: usize) {
        if self.ends[end].kind == Kind::Channel {
            return;
        }
        let fd = self.ends[end].simulated.0 as u32;
        // Beyond 1 MiB the answer depends on whether this test runs as root.
        let bytes = size.min(1 << 20);
        let simulated = self.simulate(Call::SetCapacity {
            fd,
            bytes: bytes as u32,
        });
        let real = fcntl(&self.ends[end].real, FcntlArg::F_SETPIPE_SZ(bytes as i32));
        assert_eq!(
            simulated,
            answer(real.map(|_| 0)),
            "capacity of {bytes} bytes"
        );
    }
}

/// The bytes that lie in all objects.
fn lying(kernel: &Kernel) -> u64 {
    let view = kernel.view(&[]);
    let streams = view.objects.values().flat_map(|object| &object.streams);
    streams.map(|stream| stream.bytes).sum()
}

fn answer(real: nix::Result<impl TryInto<i32>>) -> Answer {
    match real {
        Ok(number) => Some(Ok(number.try_into().unwrap_or(i32::MAX))),
        Err(nix::errno::Errno::EAGAIN) => None,
        Err(errno) => Some(Err(Errno::from_raw(errno as i32))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_calls_have_the_same_answers(steps in prop::collection::vec(step(), 1..40)) {
        let mut both = Both::new();
        for step in &steps {
            both.apply(step);
        }
    }
}
