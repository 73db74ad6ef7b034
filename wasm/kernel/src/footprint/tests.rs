//! Whether what is said to commute does: both orders are tried, for many pairs of calls.

use super::*;
use crate::sentence::Act;
use crate::{Config, FileId, Kernel, Performed, Position, Request, Stepping};
use std::fmt::Debug;

const OUT: u32 = 16;
const TEXT: u32 = 64;
const ENTRIES: u32 = 32;

const LAY_DOWN: Call = Call::LayDown {
    writing: 10,
    reading: 9,
};

/// A kernel with two processes that hold a pipe (3, 4), a channel (5, 6), a full pipe (7, 8), a pipe whose writing end
/// all have laid down (9, 10) and a shared region (0), in which process 1 has the lock at 128 and process 2 that at 192;
/// process 2 has a child of its own, 3, which sleeps on the word at 8, and process 4 has ended.
struct World {
    kernel: Kernel,
    memories: [Vec<u8>; 4],
}

impl World {
    fn new() -> World {
        let config = Config {
            stepping: Stepping::Fine,
            ..Config::default()
        };
        let mut world = World {
            kernel: Kernel::new(config, false),
            memories: std::array::from_fn(|_| vec![0; 1 << 17]),
        };
        for memory in &mut world.memories {
            memory[TEXT as usize..][..8].copy_from_slice(b"whatever");
            // A poll: descriptor 9, readable.
            memory[ENTRIES as usize..][..5].copy_from_slice(&[9, 0, 0, 0, 1]);
        }
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
        world.go(1, Some(lock(128)));
        world.go(2, Some(lock(192)));
        for offset in [12, 16, 100] {
            world.go(1, Some(store(offset, 5)));
        }
        for pid in 1..4 {
            world.go(pid, Some(LAY_DOWN));
        }
        world.go(3, Some(wait_on_word(8)));
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
    fn seen(&self) -> (crate::view::View, [Vec<u8>; 4], u64, String) {
        let mut view = self.kernel.view(&[]);
        for process in view.processes.values_mut() {
            process.born_at = 0;
            for descriptor in &mut process.descriptors {
                descriptor.made_at = 0;
                descriptor.inherited_at = descriptor.inherited_at.map(|_| 0);
            }
        }
        let now = self.kernel.now_ns();
        (view, self.memories.clone(), now, self.shared())
    }

    /// The words of the region and its locks.
    fn shared(&self) -> String {
        match self.kernel.regions.get(0) {
            Ok(region) => {
                let words = (0..256).step_by(4).map(|offset| region.load(offset));
                let words: Vec<_> = words.collect();
                format!("{words:?} {:?}", region.locks())
            }
            Err(gone) => format!("{gone:?}"),
        }
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

fn store(offset: u32, value: u32) -> Call {
    Call::Store {
        region: 0,
        offset,
        value,
    }
}

fn wait_on_word(offset: u32) -> Call {
    Call::WaitOnWord {
        region: 0,
        offset,
        expected: 0,
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
        Call::LayDown {
            writing: 4,
            reading: 3,
        },
        Call::TakeUp {
            writing: 10,
            reading: 9,
        },
        Call::Poll {
            entries: ENTRIES,
            count: 1,
            deadline: 0,
        },
    ];
    calls.extend(shared_memory());
    calls.extend((3..9).map(|fd| Call::Close { fd }));
    calls.extend((3..9).map(|fd| read(fd, 2)));
    calls.extend((3..9).map(|fd| write(fd, 2)));
    calls.extend((1..5).map(wait));
    calls.extend((1..5).map(|pid| Call::Kill { pid, signal: 0 }));
    calls.extend((1..5).map(|pid| Call::Kill { pid, signal: 15 }));
    calls
}

/// What is a step only where each access to shared memory is one: at the same words, at others, and across.
fn shared_memory() -> Vec<Call> {
    let (region, out, address) = (0, OUT, TEXT);
    let mut calls = Vec::new();
    for offset in [8, 12, 100] {
        calls.extend([
            Call::Load {
                region,
                offset,
                out,
            },
            store(offset, 7),
            Call::Add {
                region,
                offset,
                value: 1,
                out,
            },
            Call::Wake { region, offset },
            wait_on_word(offset),
        ]);
    }
    calls.push(Call::LoadWide {
        region,
        offset: 8,
        out,
    });
    calls.push(Call::StoreWide {
        region,
        offset: 8,
        low: 3,
        high: 4,
    });
    for (offset, bytes) in [(10, 4), (16, 0), (14, 100), (200, 8)] {
        calls.extend([
            Call::CopyOut {
                region,
                offset,
                address,
                bytes,
            },
            Call::CopyIn {
                region,
                offset,
                address,
                bytes,
            },
            Call::Discard {
                region,
                offset,
                bytes,
            },
        ]);
    }
    calls.extend([128, 192].map(|offset| Call::Unlock { region, offset }));
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
) -> Option<(Vec<Performed>, impl PartialEq + Debug)> {
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
    assert!(commuting > 4500, "only {commuting} pairs commute");
    // In another state these would not commute, or another number of bytes would show it.
    assert!(
        needlessly_kept.len() < 400,
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
    other.add_ask(store(12, 1));
    assert!(commutes(&one, &other), "another word");
    other.add_ask(store(8, 1));
    assert!(!commutes(&one, &other));
}

#[test]
fn who_gives_up_memory_releases_the_locks_that_it_has_there_and_no_others() {
    let mut world = World::new();
    world.announce(1, Call::Duplicate { fd: 3 });
    let mut one = world.kernel.footprint(Pid(1), Act::Go);
    world
        .kernel
        .add_ask(Pid(1), Call::Unmap { region: 0 }, &mut one);
    for (offset, is_held) in [(64, false), (128, true), (192, false)] {
        world.announce(2, lock(offset));
        let other = world.kernel.footprint(Pid(2), Act::Go);
        assert_eq!(commutes(&one, &other), !is_held, "the lock at {offset}");
    }
}

/// What comes of a fault that strikes process 1 at its call, and the call of process 2, in this order; nothing if the
/// second cannot happen then.
fn struck(act: Act, one: Call, other: Call, fault_first: bool) -> Option<impl PartialEq + Debug> {
    let mut world = World::new();
    world.announce(1, one);
    world.announce(2, other);
    let mut performed = None;
    for faults in [fault_first, !fault_first] {
        let pid = Pid(if faults { 1 } else { 2 });
        let next = if faults { act } else { Act::Go };
        if !world.kernel.can_happen(pid, next) {
            return None;
        }
        match next {
            Act::Go => performed = Some(world.perform(2)),
            Act::Stop => world.kernel.stop(pid),
            _ => _ = world.kernel.refuse(pid, next),
        }
    }
    Some((performed, world.seen()))
}

/// Of the calls at which a fault can strike process 1.
fn strikable(act: Act) -> Vec<Call> {
    let mut calls = calls();
    match act {
        // It strikes anywhere, and what the process would do does not matter.
        Act::Stop => calls.truncate(16),
        _ => calls.retain(|call| {
            let mut world = World::new();
            world.announce(1, *call);
            world.kernel.can_happen(Pid(1), act)
        }),
    }
    calls
}

#[test]
fn a_fault_commutes_with_all_that_does_not_end_its_process_or_look_whether_it_lives() {
    let mut kept = Vec::new();
    for act in [Act::Fail, Act::Interrupt, Act::Stop] {
        let at = strikable(act);
        assert!(at.len() > 5, "{act:?} strikes only {at:?}");
        for one in at {
            for other in calls() {
                let mut world = World::new();
                world.announce(1, one);
                world.announce(2, other);
                if !world.kernel.is_enabled(Pid(2)) {
                    continue;
                }
                let fault = world.kernel.footprint(Pid(1), act);
                let step = world.kernel.footprint(Pid(2), Act::Go);
                if !commutes(&fault, &step) {
                    kept.push((act, other));
                    continue;
                }
                let there = struck(act, one, other, true);
                assert!(there.is_some(), "{act:?} at {one:?}, then {other:?}");
                let back = struck(act, one, other, false);
                assert_eq!(there, back, "{act:?} at {one:?} and {other:?}");
            }
        }
    }
    kept.sort_by_key(|(act, call)| (*act, call.encode()));
    kept.dedup();
    let about_process_1 = |call: &Call| {
        matches!(
            call,
            Call::Wait { child: 1, .. }
                | Call::Kill { pid: 1, .. }
                | Call::DieWithParent { parent: 1 }
        )
    };
    assert!(
        kept.iter().all(|(_, call)| about_process_1(call)),
        "{kept:?}"
    );
}
