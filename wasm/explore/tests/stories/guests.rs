//! Guests without WebAssembly: each process is a list of calls, driven through [`Run`] as a host would.

use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Fd, Pid, QueueParts, QueuePlace, Signal};
use forktalk_explore::{Next, Resumed, Run, Settings, Strategy};
use forktalk_kernel::{Config, Position, Request, WasiRequest};
use std::collections::BTreeMap;

/// What a guest does. Descriptors, processes and regions are given by the numbers that the kernel is known to give.
#[derive(Clone, Debug)]
pub(crate) enum Do {
    Pipe,
    Channel,
    Read(u32, u32),
    Write(u32, &'static str),
    /// So many bytes, none of them told apart.
    Fill(u32, u32),
    Close(u32),
    Duplicate(u32),
    SetCapacity(u32, u32),
    /// The writing end, then the reading end.
    LayDown(u32, u32),
    TakeUp(u32, u32),
    Fork(&'static str, Guest),
    Wait(u32),
    HasEnded(u32),
    Watch(u32),
    Kill(u32, Signal),
    DieWithParent(u32),
    Poll(&'static [u32]),
    PollUntil(&'static [u32], u64),
    SleepUntil(u64),
    Map(u32),
    Unmap(u32),
    Lock(u32, u32),
    Unlock(u32, u32),
    // Of the first region, the offset first.
    /// A word, and what is expected there.
    WaitOnWord(u32, u32),
    WaitOnWordUntil(u32, u32, u64),
    Load(u32),
    Store(u32, u32),
    Add(u32, u32),
    LoadWide(u32),
    StoreWide(u32, u32, u32),
    CopyOut(u32, u32),
    CopyIn(u32, u32),
    Discard(u32, u32),
    Wake(u32),
    /// It is the memory of a queue with the words of `queues.rs`; its pipes are the descriptors 3 to 6. And how many items
    /// it holds at most.
    IntroduceQueue(u32),
    BeginScope,
    /// All that was told in this scope: it does what it does anyway.
    Forget,
    EndScope,
    Print(&'static str),
    PrintTo(u32, &'static str),
    PrintError(&'static str),
    Exit(u32),
    Panic,
}

/// A part of a program: its calls stand on consecutive lines of `story.rs`, from this one on.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    line: u32,
    calls: Vec<Do>,
}

/// What one process does, from this line on.
pub(crate) fn from_line<const N: usize>(line: u32, calls: [Do; N]) -> Guest {
    Guest::of(line, calls.to_vec())
}

impl Guest {
    pub(crate) fn of(line: u32, calls: Vec<Do>) -> Guest {
        Guest { line, calls }
    }
}

/// A process: what it does, how far it is, and its memory.
#[derive(Clone, Debug)]
struct Process {
    guest: Guest,
    next: usize,
    memory: Vec<u8>,
}

/// Where in a guest's memory things lie: texts and answers, the deadline, the entries of a poll.
const TEXT: u32 = 4096;
const DEADLINE: u32 = 64;
const ENTRIES: u32 = 128;
const ANSWER: u32 = 32;
const BYTES: usize = 1 << 20;

/// Where the queue of the stories keeps what it is made of.
const PARTS: QueueParts = QueueParts {
    put: 512,
    got: 576,
    closed: 700,
    putting: 0,
    getting: 64,
    tasks: 256,
    seats: 384,
    bound: 0,
};

/// The host of one program.
pub(crate) struct Host {
    pub(crate) run: Run,
    root: Guest,
    /// How much memory each process has.
    bytes: usize,
    processes: BTreeMap<Pid, Process>,
    pub(crate) printed: String,
}

impl Host {
    pub(crate) fn new(root: Guest, strategy: Box<dyn Strategy + Send>, config: Config) -> Host {
        let mut run = Run::new(Settings {
            kernel: config,
            strategy,
            record: true,
        });
        run.describe("story", "");
        Host {
            run,
            root,
            bytes: BYTES,
            processes: BTreeMap::new(),
            printed: String::new(),
        }
    }

    /// For many runs that nobody looks at; the program's texts and answers are short.
    pub(crate) fn of_many(root: Guest, config: Config) -> Host {
        const BYTES: usize = 8192;
        let run = Run::new(Settings {
            kernel: config,
            strategy: Box::new(forktalk_explore::strategy::Default),
            record: false,
        });
        Host {
            run,
            root,
            bytes: BYTES,
            processes: BTreeMap::new(),
            printed: String::new(),
        }
    }

    /// Runs it to its end.
    pub(crate) fn finish(&mut self) -> forktalk_explore::End {
        let root = self.root.clone();
        let memory = vec![0; self.bytes];
        self.printed.clear();
        self.processes = BTreeMap::from([(Pid(1), Process::new(root, memory))]);
        loop {
            let pid = match self.run.next() {
                Next::Over(end) => return end,
                Next::Go(pid) => pid,
            };
            let mut process = self.processes.remove(&pid).expect("only who is there goes");
            match self.run.perform(pid, &mut process.memory[..]) {
                Resumed::Gone => {}
                Resumed::Partly => _ = self.processes.insert(pid, process),
                Resumed::Forked { child, .. } => self.born(child, pid, process),
                Resumed::Answer(_) => self.goes_on(pid, process),
            }
            for dead in self.run.take_dead() {
                self.processes.remove(&dead);
            }
            for output in self.run.take_output() {
                self.printed += &String::from_utf8_lossy(&output.bytes);
            }
        }
    }

    fn born(&mut self, child: Pid, pid: Pid, parent: Process) {
        let Some(Do::Fork(_, guest)) = parent.guest.calls.get(parent.next - 1) else {
            panic!("only a fork forks");
        };
        let born = Process::new(guest.clone(), parent.memory.clone());
        self.processes.insert(child, born);
        self.goes_on(pid, parent);
    }

    /// The process computes until its next call that is a step.
    fn goes_on(&mut self, pid: Pid, mut process: Process) {
        let file = self.run.intern("story.rs");
        while let Some(what) = process.guest.calls.get(process.next).cloned() {
            let line = process.guest.line + process.next as u32;
            process.next += 1;
            if let Do::Panic = what {
                return self.run.trapped(pid, ExitStatus::Exited(101));
            }
            let request = process.request(&what);
            match request {
                Request::Call(call) if !self.run.is_step(call) => {
                    self.run.ask(pid, call, &mut process.memory[..]);
                }
                _ => {
                    let position = Position { file, line };
                    self.run
                        .announce(pid, request, position, &process.memory[..]);
                    self.processes.insert(pid, process);
                    return;
                }
            }
        }
        self.run.returned(pid);
    }
}

impl Process {
    fn new(guest: Guest, memory: Vec<u8>) -> Process {
        Process {
            guest,
            next: 0,
            memory,
        }
    }

    fn put(&mut self, address: u32, bytes: &[u8]) -> u32 {
        let start = address as usize;
        self.memory[start..start + bytes.len()].copy_from_slice(bytes);
        address
    }

    fn text(&mut self, text: &str) -> (u32, u32) {
        (self.put(TEXT, text.as_bytes()), text.len() as u32)
    }

    fn deadline(&mut self, deadline_ns: u64) -> u32 {
        self.put(DEADLINE, &deadline_ns.to_le_bytes())
    }

    fn entries(&mut self, fds: &[u32]) -> u32 {
        for (fd, at) in fds.iter().zip((ENTRIES..).step_by(8)) {
            self.put(at, &fd.to_le_bytes());
            self.put(at + 4, &[1, 0, 0, 0]);
        }
        ENTRIES
    }

    fn print(&mut self, fd: u32, text: &str) -> Request {
        let (address, bytes) = self.text(text);
        self.put(ENTRIES, &address.to_le_bytes());
        self.put(ENTRIES + 4, &bytes.to_le_bytes());
        Request::Wasi(WasiRequest::Write {
            fd,
            iovs: ENTRIES,
            count: 1,
            out: ANSWER,
        })
    }

    fn request(&mut self, what: &Do) -> Request {
        let call = match *what {
            Do::Print(text) => return self.print(1, text),
            Do::PrintTo(fd, text) => return self.print(fd, text),
            Do::PrintError(text) => return self.print(2, text),
            Do::Write(fd, text) => {
                let (payload, payload_bytes) = self.text(text);
                write(fd, payload, payload_bytes)
            }
            Do::Fill(fd, bytes) => write(fd, TEXT, bytes),
            Do::Fork(name, _) => {
                let (name, name_bytes) = self.text(name);
                Call::Fork {
                    closure: 0,
                    name,
                    name_bytes,
                }
            }
            Do::Poll(fds) => self.poll(fds, 0),
            Do::PollUntil(fds, deadline_ns) => {
                let deadline = self.deadline(deadline_ns);
                self.poll(fds, deadline)
            }
            Do::SleepUntil(deadline_ns) => Call::Sleep {
                deadline: self.deadline(deadline_ns),
            },
            Do::WaitOnWordUntil(offset, expected, deadline_ns) => {
                let deadline = self.deadline(deadline_ns);
                wait_on_word(offset, expected, deadline)
            }
            Do::IntroduceQueue(bound) => self.introduce_queue(bound),
            Do::Forget => Call::Forget {
                low: self.next as u32,
                high: 0,
            },
            ref simple => plain(simple),
        };
        Request::Call(call)
    }

    fn introduce_queue(&mut self, bound: u32) -> Call {
        let parts = QueueParts { bound, ..PARTS };
        let places = [(128, 640, 3), (192, 644, 5)].map(|(first, word, fd)| QueuePlace {
            first,
            word,
            bell: (Fd(fd), Fd(fd + 1)),
        });
        let places = places.map(|place| place.words()).concat();
        let words = parts.words().into_iter().chain(places);
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        Call::IntroduceQueue {
            region: 0,
            parts: self.put(TEXT, &bytes),
            places: TEXT + 4 * QueueParts::WORDS as u32,
            count: 2,
        }
    }

    fn poll(&mut self, fds: &[u32], deadline: u32) -> Call {
        Call::Poll {
            entries: self.entries(fds),
            count: fds.len() as u32,
            deadline,
        }
    }
}

fn write(fd: u32, payload: u32, payload_bytes: u32) -> Call {
    Call::Write {
        fd,
        header: 0,
        header_bytes: 0,
        payload,
        payload_bytes,
    }
}

/// The calls that need nothing in memory.
fn plain(what: &Do) -> Call {
    match *what {
        Do::Pipe => Call::Pipe { out: ANSWER },
        Do::Channel => Call::Channel { out: ANSWER },
        Do::Read(fd, bytes) => Call::Read {
            fd,
            address: TEXT,
            bytes,
        },
        Do::Close(fd) => Call::Close { fd },
        Do::Duplicate(fd) => Call::Duplicate { fd },
        Do::SetCapacity(fd, bytes) => Call::SetCapacity { fd, bytes },
        Do::Wait(child) => wait(child, 1),
        Do::HasEnded(child) => wait(child, 0),
        Do::Watch(child) => Call::OpenProcess { child },
        Do::Kill(pid, signal) => Call::Kill {
            pid,
            signal: signal.0 as u32,
        },
        Do::DieWithParent(parent) => Call::DieWithParent { parent },
        Do::Map(bytes) => Call::Map { bytes },
        Do::Unmap(region) => Call::Unmap { region },
        Do::Lock(region, offset) => Call::Lock {
            region,
            offset,
            deadline: 0,
        },
        Do::Unlock(region, offset) => Call::Unlock { region, offset },
        Do::WaitOnWord(offset, expected) => wait_on_word(offset, expected, 0),
        Do::LayDown(writing, reading) => Call::LayDown { writing, reading },
        Do::TakeUp(writing, reading) => Call::TakeUp { writing, reading },
        Do::BeginScope => Call::BeginScope {},
        Do::EndScope => Call::EndScope {},
        Do::Exit(code) => Call::Exit { code },
        ref shared => on_the_first_region(shared),
    }
}

fn on_the_first_region(what: &Do) -> Call {
    let (region, out, address) = (0, ANSWER, TEXT);
    match *what {
        Do::Load(offset) => Call::Load {
            region,
            offset,
            out,
        },
        Do::Store(offset, value) => Call::Store {
            region,
            offset,
            value,
        },
        Do::Add(offset, value) => Call::Add {
            region,
            offset,
            value,
            out,
        },
        Do::LoadWide(offset) => Call::LoadWide {
            region,
            offset,
            out,
        },
        Do::StoreWide(offset, low, high) => Call::StoreWide {
            region,
            offset,
            low,
            high,
        },
        Do::CopyOut(offset, bytes) => Call::CopyOut {
            region,
            offset,
            address,
            bytes,
        },
        Do::CopyIn(offset, bytes) => Call::CopyIn {
            region,
            offset,
            address,
            bytes,
        },
        Do::Discard(offset, bytes) => Call::Discard {
            region,
            offset,
            bytes,
        },
        Do::Wake(offset) => Call::Wake { region, offset },
        ref other => panic!("{other:?} needs memory"),
    }
}

fn wait_on_word(offset: u32, expected: u32, deadline: u32) -> Call {
    Call::WaitOnWord {
        region: 0,
        offset,
        expected,
        deadline,
    }
}

fn wait(child: u32, block: u32) -> Call {
    Call::Wait {
        child,
        block,
        status: ANSWER,
    }
}
