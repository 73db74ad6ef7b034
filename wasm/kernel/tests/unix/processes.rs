//! Parents, zombies and orphans, signals, locks, time: what happens between processes.

use crate::{DEADLINE, OUT, System};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, ExitStatus, Pid, Signal};
use forktalk_kernel::Performed;

fn wait(child: i32, block: u32) -> Call {
    Call::Wait {
        child: child as u32,
        block,
        status: OUT,
    }
}

#[test]
fn a_parent_waits_for_its_child_takes_its_status_and_then_it_is_forgotten() {
    let mut system = System::new();
    assert_eq!(system.fork(1), Ok(2));
    assert_eq!(
        system.call(1, wait(2, 0)),
        Ok(0),
        "it lives, and nobody is to block"
    );
    assert!(system.would_block(1, wait(2, 1)));
    system.exit(2, 300);
    assert_eq!(system.perform(1), Performed::Answer(2));
    assert_eq!(system.status(), ExitStatus::Exited(300 & 0xff));
    assert_eq!(system.call(1, wait(2, 1)), Err(Errno::CHILD));
    assert_eq!(system.kill(1, 2, Signal::NONE), Err(Errno::SRCH));
}

#[test]
fn only_the_parent_waits() {
    let mut system = System::new();
    system.fork(1).unwrap();
    system.fork(1).unwrap();
    system.exit(2, 0);
    assert_eq!(system.call(3, wait(2, 1)), Err(Errno::CHILD));
    assert_eq!(system.call(3, wait(3, 1)), Err(Errno::CHILD));
    assert_eq!(system.call(1, wait(2, 1)), Ok(2));
}

#[test]
fn a_zombie_takes_a_place_and_a_reaped_process_does_not() {
    let mut system = System::new();
    for child in 2..=4 {
        assert_eq!(system.fork(1), Ok(child));
    }
    system.exit(2, 0);
    assert_eq!(system.fork(1), Err(Errno::AGAIN));
    assert_eq!(system.call(1, wait(2, 1)), Ok(2));
    assert_eq!(system.fork(1), Ok(5), "numbers are not used again");
}

#[test]
fn orphans_go_to_process_1_which_need_not_wait_for_them() {
    let mut system = System::new();
    system.fork(1).unwrap();
    system.fork(2).unwrap();
    system.exit(2, 0);
    assert_eq!(system.ask(3, Call::ParentPid {}), Ok(1));
    system.exit(3, 0);
    assert_eq!(system.call(1, wait(3, 1)), Err(Errno::CHILD));
    assert_eq!(
        system.kill(1, 3, Signal::NONE),
        Err(Errno::SRCH),
        "it left no zombie"
    );
}

#[test]
fn who_dies_with_its_parent_dies_in_the_same_step_and_its_own_with_it() {
    let mut system = System::new();
    system.fork(1).unwrap();
    system.fork(2).unwrap();
    system.fork(3).unwrap();
    assert_eq!(
        system.call(3, Call::DieWithParent { parent: 1 }),
        Err(Errno::SRCH)
    );
    assert_eq!(system.call(3, Call::DieWithParent { parent: 2 }), Ok(0));
    assert_eq!(system.call(4, Call::DieWithParent { parent: 3 }), Ok(0));
    system.kill(1, 2, Signal::KILL).unwrap();
    assert_eq!(system.kernel.pids(), [Pid(1)]);
    assert_eq!(system.kernel.take_dead(), [Pid(2), Pid(3), Pid(4)]);
}

#[test]
fn signals_end_or_probe_and_a_zombie_takes_them_without_harm() {
    let mut system = System::new();
    system.fork(1).unwrap();
    assert_eq!(system.kill(1, 2, Signal::NONE), Ok(0));
    assert_eq!(system.kill(1, 9, Signal::TERM), Err(Errno::SRCH));
    assert_eq!(system.kill(1, 2, Signal(99)), Err(Errno::INVAL));
    assert_eq!(system.kill(1, 2, Signal::TERM), Ok(0));
    assert_eq!(
        system.kill(1, 2, Signal::KILL),
        Ok(0),
        "it is a zombie by now"
    );
    assert_eq!(system.call(1, wait(2, 1)), Ok(2));
    assert_eq!(system.status(), ExitStatus::Signaled(Signal::TERM));
}

#[test]
fn end_of_file_comes_when_the_last_copy_of_the_writing_end_is_closed_by_whatever_death() {
    let mut system = System::new();
    system.call(1, Call::Pipe { out: OUT }).unwrap();
    system.fork(1).unwrap();
    system.fork(2).unwrap();
    system.call(1, Call::Close { fd: 4 }).unwrap();
    let read = Call::Read {
        fd: 3,
        address: 64,
        bytes: 8,
    };
    assert!(system.would_block(1, read));
    system.kill(3, 2, Signal::KILL).unwrap();
    assert!(
        !system.kernel.is_enabled(Pid(1)),
        "the grandchild holds it still"
    );
    system.exit(3, 0);
    assert_eq!(system.perform(1), Performed::Answer(0));
}

#[test]
fn a_lock_outlives_its_owner_and_says_so_and_a_wait_for_it_gives_up_in_time() {
    let mut system = System::new();
    let region = system.ask(1, Call::Map { bytes: 64 }).unwrap() as u32;
    system.fork(1).unwrap();
    let lock = Call::Lock {
        region,
        offset: 0,
        deadline: 0,
    };
    assert_eq!(system.call(2, lock), Ok(0));
    assert_eq!(system.call(2, lock), Err(Errno::DEADLK));
    system.set_deadline(1_000);
    assert!(system.would_block(
        1,
        Call::Lock {
            region,
            offset: 0,
            deadline: DEADLINE
        }
    ));
    system.kernel.time_out(Pid(1));
    assert_eq!(system.kernel.now_ns(), 1_000);
    assert_eq!(system.perform(1), Performed::Answer(-Errno::TIMEDOUT.raw()));
    assert_eq!(
        system.ask(1, Call::Unlock { region, offset: 0 }),
        Err(Errno::PERM)
    );
    assert!(system.would_block(1, lock));
    system.exit(2, 0);
    assert_eq!(
        system.perform(1),
        Performed::Answer(-Errno::OWNERDEAD.raw())
    );
    assert_eq!(system.ask(1, Call::Unlock { region, offset: 0 }), Ok(0));
}

#[test]
fn a_region_is_the_same_memory_in_parent_and_child() {
    let mut system = System::new();
    let region = system.ask(1, Call::Map { bytes: 64 }).unwrap() as u32;
    system.fork(1).unwrap();
    system
        .ask(
            2,
            Call::Store {
                region,
                offset: 4,
                value: 7,
            },
        )
        .unwrap();
    system
        .ask(
            1,
            Call::Add {
                region,
                offset: 4,
                value: 1,
                out: OUT,
            },
        )
        .unwrap();
    system
        .ask(
            2,
            Call::Load {
                region,
                offset: 4,
                out: OUT,
            },
        )
        .unwrap();
    assert_eq!(system.memory[0], 8);
    assert_eq!(
        system.ask(
            1,
            Call::Load {
                region,
                offset: 64,
                out: OUT
            }
        ),
        Err(Errno::INVAL)
    );
    system.ask(2, Call::Unmap { region }).unwrap();
    let load = Call::Load {
        region,
        offset: 4,
        out: OUT,
    };
    assert_eq!(system.ask(2, load), Err(Errno::INVAL), "it was given back");
    assert_eq!(system.ask(1, load), Ok(0));
}

#[test]
fn a_watched_process_is_readable_from_its_end_on() {
    let mut system = System::new();
    system.fork(1).unwrap();
    let fd = system.call(1, Call::OpenProcess { child: 2 }).unwrap();
    system.memory[64..72].copy_from_slice(&[fd as u8, 0, 0, 0, 1, 0, 0, 0]);
    let poll = Call::Poll {
        entries: 64,
        count: 1,
        deadline: 0,
    };
    assert!(system.would_block(1, poll));
    system.exit(2, 0);
    assert_eq!(system.perform(1), Performed::Answer(1));
    assert_eq!(system.memory[70], 1);
    assert_eq!(system.call(1, wait(2, 1)), Ok(2));
    assert_eq!(
        system.call(1, Call::OpenProcess { child: 2 }),
        Err(Errno::SRCH)
    );
}

#[test]
fn of_two_mistakes_the_one_is_told_that_linux_sees_first() {
    let mut system = System::new();
    system.call(1, Call::Pipe { out: OUT }).unwrap();
    let write = |fd, payload| Call::Write {
        fd,
        header: 0,
        header_bytes: 0,
        payload,
        payload_bytes: 8,
    };
    assert_eq!(system.call(1, write(9, u32::MAX)), Err(Errno::BADF));
    assert_eq!(system.call(1, write(3, u32::MAX)), Err(Errno::BADF));
    assert_eq!(system.call(1, write(4, u32::MAX)), Err(Errno::FAULT));
    assert_eq!(system.call(1, write(4, 64)), Ok(8));
    let watch = |child| Call::OpenProcess { child };
    assert_eq!(system.call(1, watch(0)), Err(Errno::INVAL));
    assert_eq!(system.call(1, watch(u32::MAX)), Err(Errno::INVAL));
    assert_eq!(system.call(1, watch(77)), Err(Errno::SRCH));
}

#[test]
fn who_sleeps_on_a_word_is_woken_by_a_wake_and_not_by_a_change() {
    let mut system = System::new();
    let region = system.ask(1, Call::Map { bytes: 16 }).unwrap() as u32;
    system.fork(1).unwrap();
    let wait = |expected, deadline| Call::WaitOnWord {
        region,
        offset: 4,
        expected,
        deadline,
    };
    let store = |value| Call::Store {
        region,
        offset: 4,
        value,
    };
    let wake = Call::Wake { region, offset: 4 };
    assert_eq!(
        system.call(2, wait(1, 0)),
        Ok(0),
        "it is not what is expected"
    );
    system.announce(2, wait(0, 0));
    assert_eq!(system.perform(2), Performed::Partly);
    assert!(!system.kernel.is_enabled(Pid(2)));
    system.ask(1, store(1)).unwrap();
    assert!(!system.kernel.is_enabled(Pid(2)), "nobody woke it");
    system.ask(1, Call::Wake { region, offset: 8 }).unwrap();
    assert!(!system.kernel.is_enabled(Pid(2)), "that was another word");
    system.ask(1, wake).unwrap();
    assert_eq!(system.perform(2), Performed::Answer(0));
    // A wake that comes before the look is no wake.
    system.announce(2, wait(1, 0));
    system.ask(1, wake).unwrap();
    assert_eq!(system.perform(2), Performed::Partly);
    system.ask(1, wake).unwrap();
    assert_eq!(system.perform(2), Performed::Answer(0));

    system.set_deadline(1_000);
    system.announce(2, wait(1, DEADLINE));
    assert_eq!(system.perform(2), Performed::Partly);
    system.kernel.time_out(Pid(2));
    assert_eq!(system.perform(2), Performed::Answer(-Errno::TIMEDOUT.raw()));
    assert_eq!(system.call(2, wait(7, DEADLINE)), Ok(0), "it has changed");
    let outside = Call::WaitOnWord {
        region,
        offset: 16,
        expected: 0,
        deadline: 0,
    };
    assert_eq!(system.call(2, outside), Err(Errno::INVAL));
    assert_eq!(
        system.ask(1, Call::Wake { region, offset: 3 }),
        Err(Errno::INVAL)
    );
}
