//! A run can be made again from its schedule, and a schedule that no longer fits says so.

use crate::guests::{Do, Guest, Host, from_line};
use forktalk_abi::Pid;
use forktalk_explore::search::{ByChance, Chance};
use forktalk_explore::strategy::{Interactive, Random, Replay, RoundRobin};
use forktalk_explore::{Choice, Exploration, Faults, Ran, Schedule, Strategy, Trace, Trouble};
use forktalk_kernel::{Config, Profile};
use proptest::prelude::*;

/// Three writers share a pipe; the root reads until all have closed it, or gives up.
fn writers() -> Guest {
    let writer = |line, text| {
        from_line(
            line,
            [
                Do::Close(3),
                Do::Write(4, text),
                Do::Print(text),
                Do::Write(4, text),
            ],
        )
    };
    from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("one", writer(20, "one")),
            Do::Fork("two", writer(30, "two")),
            Do::Fork("three", writer(40, "three")),
            Do::Close(4),
            Do::Read(3, 4),
            Do::PollUntil(&[3], 1_000),
            Do::Read(3, 4),
            Do::Wait(2),
            Do::Wait(4),
            Do::Read(3, 100),
            Do::Read(3, 100),
            Do::Wait(3),
        ],
    )
}

/// Two processes count under a lock and wake the root, which waits for the sum, or gives up.
pub(crate) fn under_a_lock() -> Guest {
    let adder = |line| {
        from_line(
            line,
            [
                Do::Lock(0, 0),
                Do::Load(64),
                Do::Add(64, 1),
                Do::Wake(64),
                Do::Unlock(0, 0),
                Do::Write(4, "added"),
            ],
        )
    };
    from_line(
        4,
        [
            Do::Map(128),
            Do::Pipe,
            Do::Fork("one", adder(20)),
            Do::Fork("two", adder(30)),
            Do::Close(4),
            Do::WaitOnWordUntil(64, 0, 1_000),
            Do::Lock(0, 0),
            Do::Load(64),
            Do::Store(64, 0),
            Do::Unlock(0, 0),
            Do::Read(3, 100),
            Do::Wait(2),
            Do::Wait(3),
        ],
    )
}

pub(crate) fn run(guest: Guest, seed: u64, strategy: Box<dyn Strategy + Send>) -> Host {
    run_on(Profile::Linux, guest, seed, strategy)
}

fn run_on(profile: Profile, guest: Guest, seed: u64, strategy: Box<dyn Strategy + Send>) -> Host {
    let config = Config {
        profile,
        seed,
        ..Config::default()
    };
    run_with(config, guest, strategy)
}

fn run_with(config: Config, guest: Guest, strategy: Box<dyn Strategy + Send>) -> Host {
    let mut host = Host::new(guest, strategy, config);
    host.finish();
    host
}

/// The same but for who chose.
pub(crate) fn without_strategy(trace: &Trace) -> Trace {
    let mut trace = trace.clone();
    trace.header.strategy.clear();
    trace
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_schedule_replays_its_run(seed in any::<u64>()) {
        let first = run(writers(), seed, Box::new(Random::new()));
        let schedule: Schedule = first.run.schedule().parse().expect("a schedule that a run wrote");
        let again = run(writers(), schedule.seed, Box::new(Replay::new(&schedule)));
        prop_assert_eq!(again.run.divergence(), None);
        prop_assert_eq!(again.run.schedule(), first.run.schedule());
        prop_assert_eq!(&again.printed, &first.printed);
        prop_assert_eq!(
            without_strategy(again.run.trace()).to_text(),
            without_strategy(first.run.trace()).to_text()
        );
    }

    #[test]
    fn the_counts_that_posix_leaves_open_are_replayed_too(seed in any::<u64>()) {
        let writer = from_line(20, [Do::Close(3), Do::Fill(4, 9000), Do::Fill(4, 9000)]);
        let guest = from_line(
            4,
            [
                Do::Pipe,
                Do::Fork("writer", writer),
                Do::Close(4),
                Do::Read(3, 8000),
                Do::Read(3, 8000),
                Do::Close(3),
                Do::Wait(2),
            ],
        );
        let first = run_on(Profile::Posix, guest.clone(), seed, Box::new(Random::new()));
        let schedule: Schedule = first.run.schedule().parse().expect("a schedule that a run wrote");
        prop_assert_eq!(schedule.profile, Profile::Posix);
        let again = run_on(Profile::Posix, guest, schedule.seed, Box::new(Replay::new(&schedule)));
        prop_assert_eq!(again.run.divergence(), None);
        prop_assert_eq!(
            without_strategy(again.run.trace()).to_text(),
            without_strategy(first.run.trace()).to_text()
        );
    }

    #[test]
    fn a_trace_survives_being_written_and_read(seed in any::<u64>()) {
        let host = run(writers(), seed, Box::new(Random::new()));
        let text = host.run.trace().to_text();
        let read = Trace::from_text(&text).expect("a trace that a run wrote");
        prop_assert_eq!(&read, host.run.trace());
        prop_assert_eq!(read.to_text(), text);
        prop_assert_eq!(read.view_after(read.steps.len() as u32), host.run.view());
    }
}

#[test]
fn the_same_seed_gives_the_same_trace_and_a_reset_run_the_same_too() {
    let mut host = run(writers(), 7, Box::new(Random::new()));
    let first = host.run.trace().to_text();
    assert_eq!(
        run(writers(), 7, Box::new(Random::new()))
            .run
            .trace()
            .to_text(),
        first
    );
    host.run.reset(8);
    host.finish();
    assert_ne!(host.run.trace().to_text(), first);
    host.run.reset(7);
    host.finish();
    assert_eq!(host.run.trace().to_text(), first);
}

#[test]
fn the_default_policy_has_a_schedule_without_departures() {
    let host = run(writers(), 7, Box::new(forktalk_explore::strategy::Default));
    assert_eq!(host.run.schedule(), "1-linux-7");
}

#[test]
fn taking_turns_is_replayed_too() {
    let first = run(writers(), 7, Box::new(RoundRobin));
    let schedule: Schedule = first
        .run
        .schedule()
        .parse()
        .expect("a schedule that a run wrote");
    let again = run(writers(), 7, Box::new(Replay::new(&schedule)));
    assert_eq!(again.run.schedule(), first.run.schedule());
    assert_eq!(again.printed, first.printed);
}

#[test]
fn choices_made_by_hand_are_made_and_then_the_default_goes_on() {
    let choices = [1, 1, 1, 2, 2, 1].map(|pid| Choice::go(Pid(pid))).to_vec();
    let host = run(writers(), 7, Box::new(Interactive::new(choices)));
    let pids: Vec<i32> = host.run.trace().steps.iter().map(|step| step.pid).collect();
    assert_eq!(pids[..8], [1, 1, 1, 2, 2, 1, 1, 1]);
}

#[test]
fn a_killed_process_is_killed_again() {
    let choices = vec![
        Choice::go(Pid(1)),
        Choice::go(Pid(1)),
        Choice::go(Pid(1)),
        Choice::kill(Pid(2)),
    ];
    let first = run(writers(), 7, Box::new(Interactive::new(choices)));
    assert_eq!(first.run.schedule(), "1-linux-7_1.3.k2");
    let schedule = first
        .run
        .schedule()
        .parse()
        .expect("a schedule that a run wrote");
    let again = run(writers(), 7, Box::new(Replay::new(&schedule)));
    assert_eq!(again.printed, first.printed);
    assert_eq!(again.run.schedule(), first.run.schedule());
}

/// Replays a schedule by hand and tells how it diverges.
fn divergence(schedule: &str) -> String {
    let schedule: Schedule = schedule.parse().expect("a schedule");
    let host = run(writers(), 7, Box::new(Replay::new(&schedule)));
    let divergence = host.run.divergence().expect("it does not fit");
    divergence.to_string()
}

#[test]
fn a_schedule_that_no_longer_fits_says_where_and_what_was_expected() {
    assert_eq!(
        divergence("1-linux-7_1.3.9"),
        "the schedule no longer fits at step 4: when process 1 stood at its call 3, process 9 was expected to go \
         instead, but that is not possible there"
    );
    assert_eq!(
        divergence("1-linux-7_1.999.2"),
        "the schedule no longer fits at step 33: when process 1 stood at its call 999, process 2 was expected to go \
         instead, but the run ended before that"
    );
    assert_eq!(
        divergence("1-linux-7_1.4.2_1.1.2"),
        "the schedule no longer fits at step 11: when process 1 stood at its call 1, process 2 was expected to go \
         instead, but process 1 went past that call without standing there as expected"
    );
}

/// What was printed differs, as it would if the program asked something that is not simulated.
#[test]
fn a_run_that_comes_to_something_else_when_it_is_made_again_counts_as_failed() {
    let print = |text| {
        let host = run(from_line(1, [Do::Print(text)]), 1, Box::new(RoundRobin));
        Ran::of(&host.run, host.printed)
    };
    let search = ByChance::new(Chance::Random, 1, Faults::NONE);
    let mut exploration = Exploration::new(Box::new(search), 10);
    exploration.take(print("tails"), None);
    let outcome = |exploration: &Exploration| exploration.found()[0].outcome.clone();
    exploration.made_again(0, &print("tails"));
    assert!(outcome(&exploration).is_well());
    exploration.made_again(0, &print("heads"));
    assert_eq!(outcome(&exploration).troubles, [Trouble::Nondeterminism]);
    assert!(!outcome(&exploration).is_well());
}
