//! What is left to chance, over the simulated Unix: what a run has shown of its processes, and that whoever chooses by
//! chance brings every program to its end, in a run that can be made again.

use crate::guests::{Do, Guest, Host, from_line};
use forktalk_abi::Pid;
use forktalk_explore::strategy::{Pct, Replay, RoundRobin, Uniform};
use forktalk_explore::{Counts, End, Schedule, Strategy};
use forktalk_kernel::{Config, Profile};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Three children write into a pipe, one line each; the root reads when they have ended.
fn writers() -> Guest {
    let writer = |line, text| from_line(line, [Do::SleepUntil(0), Do::Write(4, text)]);
    from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("one", writer(20, "one")),
            Do::Fork("two", writer(30, "two")),
            Do::Fork("three", writer(40, "three")),
            Do::Wait(2),
            Do::Wait(3),
            Do::Wait(4),
            Do::Read(3, 100),
        ],
    )
}

/// The root gives a child its work over a channel, and looks again and again whether it has ended.
fn polling() -> Guest {
    let child = from_line(
        20,
        [
            Do::Read(4, 100),
            Do::Write(4, "done"),
            Do::Print("done"),
            Do::Exit(0),
        ],
    );
    let mut root = vec![
        Do::Channel,
        Do::Fork("child", child),
        Do::Write(3, "work"),
        Do::PollUntil(&[3], 1_000),
    ];
    root.extend(vec![Do::HasEnded(2); 30]);
    root.extend([Do::Read(3, 100), Do::Wait(2), Do::Print("end")]);
    Guest::of(4, root)
}

fn run(profile: Profile, guest: Guest, seed: u64, strategy: Box<dyn Strategy + Send>) -> Host {
    let config = Config {
        profile,
        seed,
        ..Config::default()
    };
    let mut host = Host::new(guest, strategy, config);
    host.finish();
    host
}

fn counts(guest: Guest) -> Counts {
    let host = run(Profile::Linux, guest, 0, Box::new(RoundRobin));
    Counts::of(host.run.trace())
}

#[test]
fn the_steps_of_a_run_are_counted_with_what_they_are_about() {
    let writer = from_line(20, [Do::Write(4, "one"), Do::Print("two")]);
    let root = [
        Do::Pipe,
        Do::Map(64),
        Do::Fork("writer", writer),
        Do::Poll(&[3]),
        Do::Lock(0, 0),
        Do::Unlock(0, 0),
        Do::Wait(2),
    ];
    let policy = Box::new(forktalk_explore::strategy::Default);
    let host = run(Profile::Linux, from_line(4, root), 0, policy);

    let mut expected = Counts::default();
    // Neither to map a region nor to unlock is a step.
    for things in [&[][..], &[], &[]] {
        expected.stepped(Pid(1), things);
    }
    expected.forked(Pid(1), Pid(2));
    for things in [&[][..], &["A"], &["stdout"], &[]] {
        expected.stepped(Pid(2), things);
    }
    for things in [&["A"][..], &["region 0"], &[], &[]] {
        expected.stepped(Pid(1), things);
    }
    assert_eq!(Counts::of(host.run.trace()), expected);
    assert_eq!(
        expected.steps(Pid(1)) + expected.steps(Pid(2)),
        host.run.steps()
    );
}

#[test]
fn the_orders_of_the_writes_into_one_pipe_come_about_as_often() {
    let selective = Uniform::new(counts(writers())).selectively();
    let mut orders: BTreeMap<Vec<i32>, u32> = BTreeMap::new();
    for seed in 0..600 {
        let strategy = Box::new(selective.clone());
        let host = run(Profile::Linux, writers(), seed, strategy);
        let steps = host.run.trace().steps.iter();
        let writes = steps.filter(|step| step.call == "write");
        *orders
            .entry(writes.map(|step| step.pid).collect())
            .or_default() += 1;
    }
    assert_eq!(orders.len(), 6);
    assert!(
        orders.values().all(|times| (60..140).contains(times)),
        "{orders:?}"
    );
}

fn by_chance(guest: Guest) -> [Box<dyn Strategy + Send>; 4] {
    let counts = counts(guest);
    [
        Box::new(Pct::new(2)),
        Box::new(Pct::new(3).within(10)),
        Box::new(Uniform::new(counts.clone())),
        Box::new(Uniform::new(counts).selectively()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(15))]

    #[test]
    fn every_run_ends_and_its_schedule_replays_it(seed in any::<u64>()) {
        for profile in [Profile::Linux, Profile::Posix] {
            for guest in [writers, polling] {
                for strategy in by_chance(guest()) {
                    let first = run(profile, guest(), seed, strategy);
                    prop_assert!(matches!(first.run.end(), Some(End::Finished(_))));
                    let schedule: Schedule = first.run.schedule().parse().expect("a run wrote it");
                    let again = run(profile, guest(), seed, Box::new(Replay::new(&schedule)));
                    prop_assert_eq!(again.run.divergence(), None);
                    prop_assert_eq!(&again.run.trace().steps, &first.run.trace().steps);
                }
            }
        }
    }
}
