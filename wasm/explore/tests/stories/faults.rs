//! Runs in which something goes wrong: that they can be made again, and what one reads of them.

use crate::deadlocks::explanation;
use crate::guests::{Do, Guest, Host, from_line};
use crate::queues::{ITEMS_WORD, PUTTING, with_queue};
use crate::replay::{run, under_a_lock, without_strategy};
use crate::story;
use forktalk_abi::Signal;
use forktalk_explore::strategy::{Faulty, Random, Replay};
use forktalk_explore::{End, Fault, Faults, Schedule, Trace};
use forktalk_kernel::{Config, Profile, Stepping};
use insta::assert_snapshot;
use proptest::prelude::*;

/// A parent that polls with a timeout, and two children that write, one of them after a sleep: whatever can go wrong may.
fn patient() -> Guest {
    let child = |line, until| {
        from_line(
            line,
            [
                Do::Close(3),
                Do::SleepUntil(until),
                Do::Write(4, "news"),
                Do::Pipe,
                Do::Write(4, "more"),
            ],
        )
    };
    from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("early", child(20, 0)),
            Do::Fork("late", child(30, 5_000)),
            Do::Close(4),
            Do::PollUntil(&[3], 9_000),
            Do::Read(3, 100),
            Do::PollUntil(&[3], 9_000),
            Do::Read(3, 100),
            Do::Wait(2),
            Do::Wait(3),
            Do::Read(3, 100),
        ],
    )
}

/// One fault of a kind, or so many.
fn only(kind: Fault, count: u32) -> Faults {
    let mut faults = Faults::NONE;
    match kind {
        Fault::Kill => faults.kills = count,
        Fault::Timeout => faults.timeouts = count,
        Fault::Short => faults.shorts = count,
        Fault::Interrupt => faults.interrupts = count,
        Fault::Failure => faults.failures = count,
        Fault::Stop => faults.stops = count,
    }
    faults
}

/// A run with faults of this budget, where chance lets them fall.
fn with_faults(guest: Guest, config: Config, faults: Faults, within: Option<u32>) -> Host {
    let mut faulty = Faulty::new(Box::new(Random::new()));
    if let Some(steps) = within {
        faulty = faulty.within(steps);
    }
    let mut host = Host::new(guest, Box::new(faulty), config);
    host.run.set_faults(faults);
    host.finish();
    host
}

/// The same run, from its schedule; it has no budget.
fn again(first: &Host, guest: Guest) -> Host {
    replayed(guest, &first.run.schedule())
}

fn replayed(guest: Guest, schedule: &str) -> Host {
    let schedule: Schedule = schedule.parse().expect("a schedule");
    let config = Config {
        profile: schedule.profile,
        stepping: schedule.stepping,
        seed: schedule.seed,
        ..Config::default()
    };
    let mut host = Host::new(guest, Box::new(Replay::new(&schedule)), config);
    host.finish();
    host
}

/// How many steps of its trace are such a fault; timeouts are counted whether they are early or not.
fn counted(host: &Host, kind: Fault) -> u32 {
    let is_one = |choice: &str, grant: Option<u32>| match kind {
        Fault::Kill => choice == "kill",
        Fault::Timeout => choice == "timeout",
        Fault::Short => choice == "go" && grant.is_some(),
        Fault::Interrupt => choice == "interrupt",
        Fault::Failure => choice == "fail",
        Fault::Stop => choice == "stop",
    };
    let steps = host.run.trace().steps.iter();
    steps
        .filter(|step| is_one(&step.choice, step.grant))
        .count() as u32
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_run_with_faults_is_replayed_and_keeps_its_budget(
        seed in any::<u64>(),
        counts in proptest::array::uniform6(0..4_u32),
        any_timeouts: bool,
        known: bool,
        fine: bool,
        posix: bool,
    ) {
        let [kills, timeouts, shorts, interrupts, failures, stops] = counts;
        let timeouts = if any_timeouts { Faults::UNLIMITED } else { timeouts };
        let budget = Faults { kills, timeouts, shorts, interrupts, failures, stops };
        let config = Config {
            profile: if posix { Profile::Posix } else { Profile::Linux },
            stepping: if fine { Stepping::Fine } else { Stepping::Coarse },
            seed,
            ..Config::default()
        };
        let first = with_faults(under_a_lock(), config, budget, known.then_some(40));
        let used = first.run.faults_used();
        for kind in Fault::ALL {
            prop_assert!(used.count(kind) <= budget.count(kind), "{used:?} of {budget:?}");
            match kind {
                Fault::Timeout => prop_assert!(used.timeouts <= counted(&first, kind)),
                Fault::Short if posix => prop_assert_eq!(used.shorts, 0),
                _ => prop_assert_eq!(used.count(kind), counted(&first, kind)),
            }
        }
        let mut steps = first.run.trace().steps.iter();
        prop_assert!(!steps.any(|step| step.pid == 1 && ["kill", "stop"].contains(&step.choice.as_str())));

        let again = again(&first, under_a_lock());
        prop_assert_eq!(again.run.divergence(), None);
        prop_assert_eq!(again.run.schedule(), first.run.schedule());
        prop_assert_eq!(again.run.faults_used(), used);
        prop_assert_eq!(
            without_strategy(again.run.trace()).to_text(),
            without_strategy(first.run.trace()).to_text()
        );
    }
}

#[test]
fn each_kind_of_fault_falls_and_is_replayed_and_until_then_a_run_goes_as_without() {
    let steps_of = |host: &Host| -> Vec<_> {
        let steps = host.run.trace().steps.iter();
        let told = steps.map(|step| (step.choice.clone(), step.grant, step.pid, step.call.clone()));
        told.collect()
    };
    for kind in Fault::ALL {
        let mut fallen = 0;
        for seed in 0..20 {
            let without = run(patient(), seed, Box::new(Random::new()));
            let config = Config {
                seed,
                ..Config::default()
            };
            let length = Some(without.run.steps());
            let with = with_faults(patient(), config, only(kind, 1), length);
            let again = again(&with, patient());
            assert_eq!(again.run.divergence(), None, "{kind:?}, seed {seed}");
            assert_eq!(steps_of(&again), steps_of(&with), "{kind:?}, seed {seed}");

            let (without, now) = (steps_of(&without), steps_of(&with));
            let first = now
                .iter()
                .zip(&without)
                .position(|(one, other)| one != other);
            match with.run.faults_used().count(kind) {
                0 => assert_eq!(now, without, "{kind:?}, seed {seed}"),
                _ => {
                    let first = first.expect("a fault is a step that is not there without");
                    let (choice, grant, ..) = &now[first];
                    assert!(choice != "go" || grant.is_some(), "{kind:?}, seed {seed}");
                    fallen += 1;
                }
            }
        }
        assert!(fallen >= 5, "only {fallen} of 20 runs had a {kind:?}");
    }
}

/// The run of this schedule, told.
fn told(guest: Guest, schedule: &str) -> (End, Trace) {
    let host = replayed(guest, schedule);
    assert_eq!(host.run.divergence(), None);
    let end = *host.run.end().expect("it is over");
    (end, host.run.trace().clone())
}

/// Its story, and how the deadlock is explained in which it ends.
fn told_and_explained(guest: Guest, schedule: &str) -> String {
    let (end, trace) = told(guest, schedule);
    assert_eq!(end, End::Deadlock);
    format!("{}\n{}", story(&trace), explanation(&trace))
}

#[test]
fn a_writer_is_stopped_and_its_reader_waits_for_ever() {
    let writer = from_line(20, [Do::Close(3), Do::Write(4, "5"), Do::Write(4, "6")]);
    let root = from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("writer", writer),
            Do::Close(4),
            Do::Read(3, 16),
            Do::Read(3, 16),
            Do::Wait(2),
        ],
    );
    assert_snapshot!(told_and_explained(root, "1-linux-0_2.3.s2"));
}

#[test]
fn a_stopped_process_keeps_its_lock_and_takes_no_notice_of_sigterm() {
    let keeper = from_line(20, [Do::Lock(0, 0), Do::SleepUntil(2_000)]);
    let other = from_line(30, [Do::Lock(0, 0)]);
    let root = from_line(
        4,
        [
            Do::Map(128),
            Do::Fork("keeper", keeper),
            Do::Fork("other", other),
            Do::SleepUntil(1_000),
            Do::Kill(2, Signal::TERM),
            Do::Wait(2),
        ],
    );
    assert_snapshot!(told_and_explained(root, "1-linux-0_1.4.s2"));
}

#[test]
fn a_putter_is_stopped_while_it_holds_the_putting_side() {
    let putter = from_line(
        20,
        [
            Do::Lock(0, PUTTING),
            Do::SleepUntil(1_000),
            Do::Wake(ITEMS_WORD),
        ],
    );
    let other = from_line(30, [Do::Lock(0, PUTTING)]);
    let root = with_queue(
        0,
        [
            Do::Fork("putter", putter),
            Do::Fork("other", other),
            Do::LayDown(4, 3),
            Do::LayDown(6, 5),
            Do::Poll(&[3]),
        ],
    );
    assert_snapshot!(told_and_explained(root, "1-linux-0_3.0.s2"));
}

#[test]
fn a_stopped_peer_leaves_a_full_pipe_and_a_silent_channel() {
    let peer = from_line(20, [Do::Close(4), Do::Close(5), Do::Read(3, 1)]);
    let listener = from_line(30, [Do::Close(6), Do::Read(5, 10)]);
    let root = from_line(
        4,
        [
            Do::Pipe,
            Do::Channel,
            Do::Fork("peer", peer),
            Do::Close(3),
            Do::Fork("listener", listener),
            Do::Close(5),
            Do::Fill(4, 70_000),
        ],
    );
    assert_snapshot!(told_and_explained(root, "1-linux-0_2.0.s2"));
}

#[test]
fn a_stopped_process_is_all_that_is_left() {
    let child = from_line(20, [Do::Print("hello\n")]);
    let root = from_line(4, [Do::Fork("child", child)]);
    assert_snapshot!(told_and_explained(root, "1-linux-0_1.2.s2"));
}

#[test]
fn calls_that_need_a_process_or_a_descriptor_fail() {
    let root = from_line(
        4,
        [
            Do::Pipe,
            Do::Channel,
            Do::Fork("child", from_line(20, [])),
            Do::Pipe,
            Do::Duplicate(3),
            Do::Fork("child", from_line(20, [])),
            Do::Watch(2),
            Do::Wait(2),
        ],
    );
    let (_, trace) = told(root, "1-linux-0_1.1.e1_1.2.e1_1.3.e1_1.5.e1_1.7.e1");
    assert_snapshot!(story(&trace));
}

#[test]
fn calls_that_wait_are_interrupted() {
    let child = from_line(20, [Do::SleepUntil(2_000)]);
    let root = from_line(
        4,
        [
            Do::Map(64),
            Do::Pipe,
            Do::Fork("child", child),
            Do::Read(3, 16),
            Do::PollUntil(&[3], 1_000),
            Do::Fill(4, 9_000),
            Do::SleepUntil(1_000),
            Do::WaitOnWordUntil(0, 0, 1_000),
            Do::Wait(2),
            Do::Wait(2),
        ],
    );
    let schedule = "1-linux-0_2.0.i1_2.0.i1_1.5.i1_2.0.i1_2.0.i1_2.0.i1";
    let (_, trace) = told(root, schedule);
    assert_snapshot!(story(&trace));
}

#[test]
fn transfers_are_cut_short() {
    let reader = from_line(20, [Do::Close(4), Do::Read(3, 6_000), Do::Read(3, 9_000)]);
    let root = from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("reader", reader),
            Do::Close(3),
            Do::Fill(4, 9_000),
            Do::Close(4),
            Do::Wait(2),
        ],
    );
    let (_, trace) = told(root, "1-linux-0_1.4.1x1_1.5.1x4000_2.2.2x2_2.3.2x3999");
    assert_snapshot!(story(&trace));
}
