//! The rules of the simulated Unix, a process and a call at a time.

mod channels;
mod faults;
mod pipes;
mod polls;
mod processes;
mod queues;
mod regions;

use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, ExitStatus, Pid, Signal};
use forktalk_kernel::{Config, Kernel, Limits, Performed, Position, Profile, Request};

/// Where calls put what they answer.
const OUT: u32 = 0;
/// Where a deadline lies, in nanoseconds.
const DEADLINE: u32 = 8;
/// From here on lies what is written and read.
const DATA: u32 = 256;

/// A system whose processes do as they are told. They all have the same memory, which is no matter here.
struct System {
    kernel: Kernel,
    memory: Vec<u8>,
}

impl System {
    fn new() -> System {
        System::of(Profile::Linux)
    }

    fn of(profile: Profile) -> System {
        let limits = Limits {
            processes: 4,
            ..Limits::default()
        };
        let config = Config {
            profile,
            limits,
            ..Config::default()
        };
        System {
            kernel: Kernel::new(config, false),
            memory: vec![0; DATA as usize + 65_536],
        }
    }

    fn announce(&mut self, pid: i32, call: Call) {
        let position = Position::default();
        self.kernel
            .announce(Pid(pid), Request::Call(call), position, &self.memory[..]);
    }

    fn would_block(&mut self, pid: i32, call: Call) -> bool {
        self.announce(pid, call);
        !self.kernel.is_enabled(Pid(pid))
    }

    fn perform(&mut self, pid: i32) -> Performed {
        assert!(
            self.kernel.is_enabled(Pid(pid)),
            "process {pid} would block"
        );
        self.kernel.begin_step();
        self.kernel.perform(Pid(pid), None, &mut self.memory[..])
    }

    fn call(&mut self, pid: i32, call: Call) -> Result<i32, Errno> {
        self.announce(pid, call);
        match self.perform(pid) {
            Performed::Answer(answer) if answer < 0 => Err(Errno::from_raw(-answer)),
            Performed::Answer(answer) => Ok(answer),
            Performed::Forked { child, .. } => Ok(child.0),
            Performed::Gone => Ok(0),
            Performed::Partly => panic!("a part of {call:?}"),
        }
    }

    fn ask(&mut self, pid: i32, call: Call) -> Result<i32, Errno> {
        match self.kernel.ask(Pid(pid), call, &mut self.memory[..]) {
            answer if answer < 0 => Err(Errno::from_raw(-answer)),
            answer => Ok(answer),
        }
    }

    fn fork(&mut self, pid: i32) -> Result<i32, Errno> {
        self.call(
            pid,
            Call::Fork {
                closure: 0,
                name: 0,
                name_bytes: 0,
            },
        )
    }

    fn exit(&mut self, pid: i32, code: u32) {
        self.announce(pid, Call::Exit { code });
        assert_eq!(self.perform(pid), Performed::Gone);
    }

    fn kill(&mut self, from: i32, to: i32, signal: Signal) -> Result<i32, Errno> {
        self.call(
            from,
            Call::Kill {
                pid: to as u32,
                signal: signal.0 as u32,
            },
        )
    }

    fn status(&self) -> ExitStatus {
        ExitStatus::from_raw(self.word(OUT) as i32)
    }

    /// The word at an address of the processes' memory.
    fn word(&self, address: u32) -> u32 {
        let bytes = &self.memory[address as usize..][..4];
        u32::from_le_bytes(bytes.try_into().expect("four bytes"))
    }

    fn pipe(&mut self) -> (u32, u32) {
        self.call(1, Call::Pipe { out: OUT }).unwrap();
        (self.word(OUT), self.word(OUT + 4))
    }

    fn channel(&mut self) -> (u32, u32) {
        self.call(1, Call::Channel { out: OUT }).unwrap();
        (self.word(OUT), self.word(OUT + 4))
    }

    /// How many writes of so many bytes are taken whole before one would block.
    fn fill(&mut self, fd: u32, bytes: u32) -> u32 {
        let mut count = 0;
        while !self.would_block(1, write(fd, bytes)) {
            match self.perform(1) {
                Performed::Answer(taken) => assert_eq!(taken, bytes as i32),
                Performed::Partly => break,
                other => panic!("{other:?}"),
            }
            count += 1;
        }
        count
    }

    fn set_deadline(&mut self, ns: u64) {
        self.memory[DEADLINE as usize..][..8].copy_from_slice(&ns.to_le_bytes());
    }
}

fn write(fd: u32, bytes: u32) -> Call {
    Call::Write {
        fd,
        header: DATA,
        header_bytes: 0,
        payload: DATA,
        payload_bytes: bytes,
    }
}

fn read(fd: u32, bytes: u32) -> Call {
    Call::Read {
        fd,
        address: DATA,
        bytes,
    }
}

fn close(fd: u32) -> Call {
    Call::Close { fd }
}
