//! What may go wrong at a call: it fails, a signal interrupts it, its process is stopped, it moves only a part.

use super::*;
use forktalk_kernel::sentence::Act;

const FORK: Call = Call::Fork {
    closure: 0,
    name: 0,
    name_bytes: 0,
};

impl System {
    /// Process 1 stands at this call: whether that may happen to it.
    fn may(&mut self, call: Call, act: Act) -> bool {
        self.announce(1, call);
        self.kernel.can_happen(Pid(1), act)
    }

    /// Process 1 stands at a call that fails, or is interrupted.
    fn refused(&mut self, act: Act) -> Errno {
        match self.kernel.refuse(Pid(1), act) {
            Performed::Answer(answer) if answer < 0 => Errno::from_raw(-answer),
            other => panic!("{other:?}"),
        }
    }

    fn fails(&mut self, call: Call) -> Errno {
        assert!(self.may(call, Act::Fail), "{call:?}");
        self.refused(Act::Fail)
    }

    fn is_interrupted(&mut self, call: Call) {
        assert!(self.may(call, Act::Interrupt), "{call:?}");
        assert_eq!(self.refused(Act::Interrupt), Errno::INTR);
        assert!(self.kernel.is_running(Pid(1)), "it runs on");
    }

    fn perform_part(&mut self, pid: i32, grant: u32) -> Performed {
        self.kernel.begin_step();
        self.kernel
            .perform(Pid(pid), Some(grant), &mut self.memory[..])
    }

    /// A child that stands at its beginning is stopped there.
    fn stopped_child(&mut self) -> i32 {
        let child = self.fork(1).unwrap();
        self.kernel.stop(Pid(child));
        child
    }
}

fn wait(child: i32, block: u32) -> Call {
    Call::Wait {
        child: child as u32,
        block,
        status: OUT,
    }
}

fn wait_on_word() -> Call {
    Call::WaitOnWord {
        region: 0,
        offset: 64,
        expected: 0,
        deadline: 0,
    }
}

fn lock() -> Call {
    Call::Lock {
        region: 0,
        offset: 0,
        deadline: 0,
    }
}

#[test]
fn what_needs_a_process_or_a_descriptor_may_fail_and_then_nothing_is_made() {
    let mut system = System::new();
    system.perform(1);
    let (reading, _) = system.pipe();
    let before = system.kernel.view(&[]);
    assert_eq!(system.fails(FORK), Errno::AGAIN);
    for call in [
        Call::Pipe { out: OUT },
        Call::Channel { out: OUT },
        Call::Duplicate { fd: reading },
        Call::OpenProcess { child: 1 },
    ] {
        assert_eq!(system.fails(call), Errno::MFILE);
    }
    let after = system.kernel.view(&[]);
    assert_eq!(after.objects, before.objects);
    assert_eq!(
        after.processes[&1].descriptors,
        before.processes[&1].descriptors
    );
    assert_eq!(after.processes.len(), 1);
    assert_eq!(system.fork(1), Ok(2), "no number was used up");
}

#[test]
fn what_needs_neither_does_not_fail_and_what_is_wrong_says_so_instead() {
    let mut system = System::new();
    assert!(!system.kernel.can_happen(Pid(1), Act::Fail), "to begin");
    system.perform(1);
    let (reading, writing) = system.pipe();
    for call in [
        close(reading),
        read(reading, 1),
        write(writing, 1),
        wait(2, 1),
        Call::Exit { code: 0 },
        Call::Duplicate { fd: 99 },
    ] {
        assert!(!system.may(call, Act::Fail), "{call:?}");
    }
}

#[test]
fn a_signal_interrupts_what_waits_and_the_same_call_can_be_made_again() {
    let mut system = System::new();
    system.perform(1);
    let (reading, writing) = system.pipe();
    let (side, _) = system.channel();
    let child = system.fork(1).unwrap();
    system.ask(1, Call::Map { bytes: 128 }).unwrap();
    system.set_deadline(1_000);
    system.is_interrupted(read(reading, 4));
    system.is_interrupted(write(writing, 4));
    for call in [
        read(side, 4),
        wait(child, 1),
        wait_on_word(),
        Call::Poll {
            entries: DATA,
            count: 0,
            deadline: DEADLINE,
        },
        Call::Sleep { deadline: DEADLINE },
    ] {
        system.is_interrupted(call);
        assert_eq!(system.kernel.now_ns(), 0, "no time has passed");
    }
    assert_eq!(system.call(1, write(writing, 4)), Ok(4));
    system.is_interrupted(read(reading, 4));
    assert_eq!(system.call(1, read(reading, 4)), Ok(4), "nothing was lost");
}

#[test]
fn a_sleeper_on_a_word_may_be_interrupted_before_it_looks_while_it_sleeps_and_once_it_is_woken() {
    let mut system = System::new();
    system.perform(1);
    system.ask(1, Call::Map { bytes: 128 }).unwrap();
    system.fork(1).unwrap();
    system.perform(2);
    for wakes in [None, Some(false), Some(true)] {
        system.announce(1, wait_on_word());
        if let Some(woken) = wakes {
            assert_eq!(system.perform(1), Performed::Partly, "it falls asleep");
            let wake = Call::Wake {
                region: 0,
                offset: 64,
            };
            if woken {
                system.ask(2, wake).unwrap();
            }
        }
        assert_eq!(system.refused(Act::Interrupt), Errno::INTR);
    }
}

#[test]
fn no_signal_interrupts_what_does_not_wait_or_has_moved_bytes() {
    let mut system = System::new();
    assert!(
        !system.kernel.can_happen(Pid(1), Act::Interrupt),
        "to begin"
    );
    system.perform(1);
    let (reading, writing) = system.pipe();
    let child = system.fork(1).unwrap();
    system.ask(1, Call::Map { bytes: 128 }).unwrap();
    for call in [
        read(reading, 0),
        read(0, 1),
        read(writing, 1),
        write(reading, 1),
        close(reading),
        wait(child, 0),
        wait(99, 1),
        lock(),
        FORK,
    ] {
        assert!(!system.may(call, Act::Interrupt), "{call:?}");
    }
    system.call(1, write(writing, 4)).unwrap();
    system.announce(1, write(writing, 65_536));
    assert!(system.kernel.can_happen(Pid(1), Act::Interrupt));
    assert_eq!(system.perform(1), Performed::Partly);
    assert!(!system.kernel.can_happen(Pid(1), Act::Interrupt));
}

#[test]
fn the_standard_library_is_not_interrupted() {
    let mut system = System::new();
    system.perform(1);
    let sleep = forktalk_kernel::WasiRequest::Sleep {
        until_ns: 1_000,
        user_data: 0,
        event: DATA,
        out: OUT,
    };
    let request = Request::Wasi(sleep);
    let position = Position::default();
    system
        .kernel
        .announce(Pid(1), request, position, &system.memory[..]);
    assert!(!system.kernel.can_happen(Pid(1), Act::Interrupt));
    assert!(system.kernel.can_happen(Pid(1), Act::Timeout));
}

#[test]
fn a_stopped_process_takes_no_step_and_gives_up_no_wait() {
    let mut system = System::new();
    system.perform(1);
    let child = system.fork(1).unwrap();
    system.perform(child);
    system.set_deadline(1_000);
    system.announce(child, Call::Sleep { deadline: DEADLINE });
    assert_eq!(system.kernel.deadline(Pid(child)), Some(1_000));
    assert!(system.kernel.can_happen(Pid(child), Act::Stop));
    system.kernel.stop(Pid(child));
    assert_eq!(system.kernel.deadline(Pid(child)), None);
    let all = [
        Act::Go,
        Act::Timeout,
        Act::Kill,
        Act::Fail,
        Act::Interrupt,
        Act::Stop,
    ];
    let may = |act: &Act| system.kernel.can_happen(Pid(child), *act);
    assert_eq!(all.into_iter().filter(may).collect::<Vec<_>>(), [Act::Kill]);
    assert!(!system.kernel.is_running(Pid(child)));
    assert_eq!(system.kernel.status(Pid(child)), None);
}

#[test]
fn a_stopped_process_keeps_its_ends_and_its_locks_until_it_is_killed() {
    let mut system = System::new();
    system.perform(1);
    let (reading, writing) = system.pipe();
    system.ask(1, Call::Map { bytes: 128 }).unwrap();
    let child = system.fork(1).unwrap();
    system.perform(child);
    system.call(child, lock()).unwrap();
    system.announce(child, write(writing, 4));
    system.kernel.stop(Pid(child));
    system.call(1, close(writing)).unwrap();
    assert!(system.would_block(1, read(reading, 4)), "no end-of-file");
    assert!(system.would_block(1, lock()));
    assert_eq!(system.call(1, wait(child, 0)), Ok(0), "it has not ended");

    assert_eq!(system.kill(1, child, Signal::TERM), Ok(0));
    assert_eq!(
        system.kernel.status(Pid(child)),
        None,
        "SIGTERM waits for ever"
    );
    assert_eq!(system.kill(1, child, Signal::KILL), Ok(0));
    assert_eq!(system.call(1, read(reading, 4)), Ok(0), "end-of-file");
    assert_eq!(system.call(1, lock()), Err(Errno::OWNERDEAD));
    assert_eq!(system.call(1, wait(child, 1)), Ok(child));
    assert_eq!(system.status(), ExitStatus::Signaled(Signal::KILL));
}

#[test]
fn a_run_begins_again_with_nobody_stopped() {
    let mut system = System::new();
    system.perform(1);
    let child = system.stopped_child();
    assert!(!system.kernel.is_enabled(Pid(child)));
    system.kernel.reset(1);
    system.perform(1);
    assert_eq!(system.fork(1), Ok(child));
    assert!(system.kernel.is_enabled(Pid(child)));
}

#[test]
fn a_transfer_may_be_cut_anywhere_but_an_atomic_write_in_either_kernel() {
    for profile in [Profile::Linux, Profile::Posix] {
        let mut system = System::of(profile);
        system.perform(1);
        let (reading, writing) = system.pipe();
        let (side, other) = system.channel();
        system.announce(1, write(writing, 4096));
        assert_eq!(system.kernel.divisible(Pid(1)), None, "whole or not at all");
        system.perform(1);
        system.announce(1, read(reading, 10_000));
        assert_eq!(system.kernel.divisible(Pid(1)), Some((1, 4096)));
        assert_eq!(system.perform_part(1, 1), Performed::Answer(1));
        system.announce(1, read(reading, 10));
        assert_eq!(system.kernel.divisible(Pid(1)), Some((1, 10)));
        system.announce(1, write(side, 2));
        assert_eq!(system.kernel.divisible(Pid(1)), Some((1, 2)));
        system.announce(1, write(side, 1));
        assert_eq!(
            system.kernel.divisible(Pid(1)),
            None,
            "nothing to be cut off"
        );
        system.call(1, close(other)).unwrap();
        system.announce(1, write(side, 2));
        assert_eq!(
            system.kernel.divisible(Pid(1)),
            None,
            "nobody could read it"
        );
    }
}

#[test]
fn a_write_that_was_cut_short_stands_at_its_rest_and_all_of_it_arrives() {
    let mut system = System::new();
    system.perform(1);
    let (reading, writing) = system.pipe();
    for (index, byte) in system.memory[DATA as usize..].iter_mut().enumerate() {
        *byte = (index % 251) as u8;
    }
    system.announce(1, write(writing, 9_000));
    assert_eq!(system.kernel.divisible(Pid(1)), Some((1, 9_000)));
    assert_eq!(system.perform_part(1, 1), Performed::Partly);
    assert_eq!(system.kernel.divisible(Pid(1)), Some((1, 8_999)));
    assert_eq!(system.perform_part(1, 4_500), Performed::Partly);
    assert_eq!(system.perform(1), Performed::Answer(9_000));
    let sent = system.memory[DATA as usize..][..9_000].to_vec();
    system.memory[DATA as usize..].fill(0);
    assert_eq!(system.call(1, read(reading, 9_000)), Ok(9_000));
    assert_eq!(system.memory[DATA as usize..][..9_000], sent);
}
