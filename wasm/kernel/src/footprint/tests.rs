//! Whether what is said to commute does: both orders are tried, for many pairs of calls.

use super::*;
use crate::{Config, FileId, Performed, Position};

const OUT: u32 = 16;
const TEXT: u32 = 64;

/// A kernel with two processes that hold a pipe (3, 4), a channel (5, 6), a full pipe (7, 8) and a shared region (0);
/// process 2 has a child of its own, 3, and process 4 has ended.
struct World {
    kernel: Kernel,
    memories: [Vec<u8>; 4],
}

impl World {
    fn new() -> World {
        let mut world = World {
            kernel: Kernel::new(Config::default(), false),
            memories: std::array::from_fn(|_| vec![0; 1 << 17]),
        };
        let fork = Call::Fork {
            closure: 0,
            name: 0,
            name_bytes: 0,
        };
        world.go(1, None);
        for call in [
            Call::Pipe { out: OUT },
            Call::Channel { out: OUT },
            Call::Pipe { out: OUT },
        ] {
            world.go(1, Some(call));
        }
        world
            .kernel
            .ask(Pid(1), Call::Map { bytes: 256 }, &mut world.memories[0][..]);
        world.go(1, Some(write(8, 65_536)));
        world.go(1, Some(write(4, 3)));
        world.go(1, Some(write(6, 3)));
        world.go(1, Some(fork));
        world.go(2, None);
        world.go(2, Some(fork));
        world.go(3, None);
        world.go(1, Some(fork));
        world.go(4, None);
        world.go(4, Some(Call::Exit { code: 7 }));
        world
    }

    fn announce(&mut self, pid: i32, call: Call) {
        let position = Position {
            file: FileId(0),
            line: 0,
        };
        let memory = &self.memories[pid as usize - 1][..];
        self.kernel
            .announce(Pid(pid), Request::Call(call), position, memory);
    }

    fn perform(&mut self, pid: i32) -> Performed {
        self.kernel.begin_step();
        let memory = &mut self.memories[pid as usize - 1][..];
        self.kernel.perform(Pid(pid), None, memory)
    }

    fn go(&mut self, pid: i32, call: Option<Call>) {
        if let Some(call) = call {
            self.announce(pid, call);
        }
        assert!(self.kernel.is_enabled(Pid(pid)), "{pid} {call:?}");
        self.perform(pid);
    }

    /// What can be seen of the state, but for the numbers of steps.
    fn seen(&self) -> (crate::view::View, [Vec<u8>; 4], u64) {
        let mut view = self.kernel.view(&[]);
        for process in view.processes.values_mut() {
            process.born_at = 0;
            for descriptor in &mut process.descriptors {
                descriptor.made_at = 0;
                descriptor.inherited_at = descriptor.inherited_at.map(|_| 0);
            }
        }
        (view, self.memories.clone(), self.kernel.now_ns())
    }
}

fn write(fd: u32, payload_bytes: u32) -> Call {
    Call::Write {
        fd,
        header: 0,
        header_bytes: 0,
        payload: TEXT,
        payload_bytes,
    }
}

fn read(fd: u32, bytes: u32) -> Call {
    Call::Read {
        fd,
        address: TEXT,
        bytes,
    }
}

fn lock(offset: u32) -> Call {
    Call::Lock {
        region: 0,
        offset,
        deadline: 0,
    }
}

fn wait(child: u32) -> Call {
    Call::Wait {
        child,
        block: 0,
        status: OUT,
    }
}

/// One of every kind of step, and the pairs that are likely to meet.
fn calls() -> Vec<Call> {
    let mut calls = vec![
        Call::Pipe { out: OUT },
        Call::Channel { out: OUT },
        Call::Duplicate { fd: 3 },
        Call::SetCapacity {
            fd: 3,
            bytes: 131_072,
        },
        Call::SetCapacity {
            fd: 7,
            bytes: 131_072,
        },
        Call::Fork {
            closure: 0,
            name: 0,
            name_bytes: 0,
        },
        Call::Exit { code: 1 },
        Call::OpenProcess { child: 4 },
        Call::OpenProcess { child: 3 },
        Call::DieWithParent { parent: 1 },
        lock(0),
        lock(64),
    ];
    calls.extend((3..9).map(|fd| Call::Close { fd }));
    calls.extend((3..9).map(|fd| read(fd, 2)));
    calls.extend((3..9).map(|fd| write(fd, 2)));
    calls.extend((1..5).map(wait));
    calls.extend((1..5).map(|pid| Call::Kill { pid, signal: 0 }));
    calls.extend((1..5).map(|pid| Call::Kill { pid, signal: 15 }));
    calls
}

/// The footprints of two calls of processes 1 and 2, if both can go.
fn footprints(one: Call, other: Call) -> Option<[Footprint; 2]> {
    let mut world = World::new();
    world.announce(1, one);
    world.announce(2, other);
    let enabled = |pid| world.kernel.is_enabled(Pid(pid));
    (enabled(1) && enabled(2)).then(|| [1, 2].map(|pid| world.kernel.footprint(Pid(pid), Act::Go)))
}

/// What comes of two calls in this order; nothing if the second cannot go then.
fn outcome(
    one: Call,
    other: Call,
    order: [i32; 2],
) -> Option<(Vec<Performed>, impl PartialEq + std::fmt::Debug)> {
    let mut world = World::new();
    world.announce(1, one);
    world.announce(2, other);
    let mut performed = Vec::new();
    for pid in order {
        if !world.kernel.is_enabled(Pid(pid)) {
            return None;
        }
        performed.push((pid, world.perform(pid)));
    }
    performed.sort_by_key(|(pid, _)| *pid);
    let performed = performed
        .into_iter()
        .map(|(_, performed)| performed)
        .collect();
    Some((performed, world.seen()))
}

#[test]
fn what_commutes_gives_the_same_in_either_order() {
    let (mut commuting, mut needlessly_kept) = (0, Vec::new());
    for one in calls() {
        for other in calls() {
            let Some([first, second]) = footprints(one, other) else {
                continue;
            };
            assert_eq!(commutes(&first, &second), commutes(&second, &first));
            let there = outcome(one, other, [1, 2]);
            let back = outcome(one, other, [2, 1]);
            if commutes(&first, &second) {
                assert!(there.is_some(), "{one:?} stops {other:?}");
                assert_eq!(there, back, "{one:?} and {other:?}");
                commuting += 1;
            } else if there == back {
                needlessly_kept.push((one, other));
            }
        }
    }
    assert!(commuting > 800, "only {commuting} pairs commute");
    // In another state these would not commute, or another number of bytes would show it.
    assert!(
        needlessly_kept.len() < 350,
        "{} pairs are kept in order for nothing",
        needlessly_kept.len()
    );
}

#[test]
fn a_kill_commutes_with_nothing_that_its_victim_does() {
    let mut world = World::new();
    world.announce(1, Call::Duplicate { fd: 3 });
    world.announce(2, Call::Duplicate { fd: 3 });
    let kill = world.kernel.footprint(Pid(2), Act::Kill);
    let step = world.kernel.footprint(Pid(1), Act::Go);
    assert!(commutes(&kill, &step));
    world.announce(1, Call::Kill { pid: 2, signal: 9 });
    let kill = world.kernel.footprint(Pid(1), Act::Go);
    let step = world.kernel.footprint(Pid(2), Act::Go);
    assert!(!commutes(&kill, &step));
}

#[test]
fn what_is_asked_for_between_two_steps_counts() {
    let mut world = World::new();
    world.announce(1, Call::Duplicate { fd: 3 });
    world.announce(2, Call::Duplicate { fd: 3 });
    let mut one = world.kernel.footprint(Pid(1), Act::Go);
    let mut other = world.kernel.footprint(Pid(2), Act::Go);
    let load = Call::Load {
        region: 0,
        offset: 8,
        out: OUT,
    };
    one.add_ask(load);
    other.add_ask(load);
    assert!(commutes(&one, &other), "both only look");
    other.add_ask(Call::Store {
        region: 0,
        offset: 8,
        value: 1,
    });
    assert!(!commutes(&one, &other));
}
