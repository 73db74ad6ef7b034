//! Every behaviour, once: the reduced search beside brute force.

use crate::deciding::lock_order;
use crate::guests::{Do, Guest, Host, from_line};
use forktalk_explore::search::{
    Dpor, EveryFault, EveryState, PreemptionBound, Search, fingerprint,
};
use forktalk_explore::{Faults, Ran};
use forktalk_kernel::{Config, Stepping};
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};

/// What a search saw.
#[derive(Debug, Default)]
struct Seen {
    runs: usize,
    traces: BTreeSet<u64>,
    outcomes: BTreeSet<String>,
}

/// Makes the runs of a search, until it is exhausted; nothing if that takes more than `most`.
fn see(root: &Guest, config: &Config, search: &mut dyn Search, most: usize) -> Option<Seen> {
    see_with(root, config, Faults::NONE, search, most, 1)
}

fn see_with(
    root: &Guest,
    config: &Config,
    faults: Faults,
    search: &mut dyn Search,
    most: usize,
    at_once: usize,
) -> Option<Seen> {
    let mut host = Host::of_many(root.clone(), config.clone());
    host.run.set_faults(faults);
    let mut seen = Seen::default();
    // Runs are planned side by side, as for several processors: what one teaches must not be in the way of the others.
    let mut planned = VecDeque::new();
    loop {
        planned.extend(std::iter::from_fn(|| search.plan()).take(at_once - planned.len()));
        let Some(plan) = planned.pop_front() else {
            break;
        };
        if seen.runs == most {
            return None;
        }
        let spare = host.run.take_watch().unwrap_or_default();
        host.run.set_watch(plan.wish.watch(|| spare));
        host.run.set_strategy(plan.strategy);
        host.run.reset(plan.seed);
        let end = host.finish();
        let watch = host.run.watch().expect("it is watched");
        seen.runs += 1;
        seen.traces.insert(fingerprint(watch));
        let ran = Ran::of(&host.run, host.printed.clone());
        seen.outcomes
            .insert(format!("{}: {:?}", end.name(), ran.outcome));
        search.learn(&ran, Some(watch));
    }
    assert!(search.is_exhausted());
    Some(seen)
}

fn config(stepping: Stepping) -> Config {
    Config {
        stepping,
        ..Config::default()
    }
}

/// Both searches, compared: the same behaviours, and the reduced one sees each once. How many runs each needed.
fn compare(root: &Guest, stepping: Stepping, most: usize) -> Option<(usize, usize)> {
    let config = config(stepping);
    let all = see(root, &config, &mut PreemptionBound::new(0, None), most)?;
    let mut most_runs = 0;
    for at_once in [1, 8] {
        let search = &mut Dpor::new(config.clone());
        let reduced = see_with(root, &config, Faults::NONE, search, 2 * all.runs, at_once)
            .unwrap_or_else(|| panic!("more runs than there are: {root:#?}"));
        assert_eq!(all.outcomes, reduced.outcomes, "{root:#?}");
        let (expected, found) = (all.traces.len(), reduced.traces.len());
        assert_eq!(
            all.traces, reduced.traces,
            "{found} of {expected}, {at_once} at once: {root:#?}"
        );
        most_runs = most_runs.max(reduced.runs);
    }
    Some((all.traces.len(), most_runs))
}

/// One message each from so many writers, and one reader.
fn writers(count: usize) -> Guest {
    let mut calls = vec![Do::Pipe];
    for _ in 0..count {
        calls.push(Do::Fork("writer", from_line(20, [Do::Write(4, "x")])));
    }
    calls.extend((0..count).map(|_| Do::Read(3, 1)));
    calls.extend((0..count as u32).map(|child| Do::Wait(2 + child)));
    Guest::of(1, calls)
}

/// So many messages from a producer to a consumer, through a pipe of one page; each fills a page if `large`.
fn producer(count: usize, large: bool) -> Guest {
    let bytes = if large { 4096 } else { 1 };
    let produce = (0..count).map(|_| Do::Fill(4, bytes)).collect();
    let mut calls = vec![
        Do::Pipe,
        Do::SetCapacity(4, 4096),
        Do::Fork("producer", Guest::of(20, produce)),
    ];
    calls.extend((0..count).map(|_| Do::Read(3, bytes)));
    calls.push(Do::Wait(2));
    Guest::of(1, calls)
}

#[test]
fn writers_of_one_message_each_come_in_every_order() {
    for (count, factorial) in [(1, 1), (2, 2), (3, 6), (4, 24)] {
        let seen = see(
            &writers(count),
            &config(Stepping::Coarse),
            &mut Dpor::new(config(Stepping::Coarse)),
            1000,
        );
        assert_eq!(seen.expect("few").runs, factorial, "{count} writers");
    }
}

#[test]
fn one_producer_and_one_consumer_behave_in_one_way() {
    for large in [false, true] {
        for count in 1..5 {
            let config = config(Stepping::Coarse);
            let seen = see(
                &producer(count, large),
                &config,
                &mut Dpor::new(config.clone()),
                1000,
            );
            assert_eq!(
                seen.expect("few").runs,
                1,
                "{count} messages, large: {large}"
            );
        }
    }
}

/// So many pairs of a producer and a consumer, each with a pipe that nobody else touches.
fn disjoint_pairs(count: u32) -> Guest {
    let mut calls = Vec::new();
    for pair in 0..count {
        let (reading, writing) = (3 + 2 * pair, 4 + 2 * pair);
        calls.push(Do::Pipe);
        calls.push(Do::Fork(
            "producer",
            from_line(20, [Do::Write(writing, "x")]),
        ));
        calls.push(Do::Fork("consumer", from_line(40, [Do::Read(reading, 1)])));
    }
    calls.extend((0..2 * count).map(|child| Do::Wait(2 + child)));
    Guest::of(1, calls)
}

/// Two that add to a word, each by a load and a store.
fn lost_update() -> Guest {
    let add = || from_line(20, [Do::Load(0), Do::Store(0, 1)]);
    let forks = [Do::Fork("one", add()), Do::Fork("other", add())];
    Guest::of(1, [vec![Do::Map(64)], forks.to_vec()].concat())
}

/// Brute force makes every sequence of choices; how many of them are not equivalent is counted from their steps alone; the
/// reduced search makes as many runs as that. Beside it the search that tells states apart.
#[test]
fn the_reduced_search_makes_one_run_of_each_trace() {
    let programs = [
        ("1 writer", writers(1)),
        ("2 writers", writers(2)),
        ("1 producer, 1 consumer, 2 messages", producer(2, false)),
        ("1 producer, 1 consumer, 2 pages", producer(2, true)),
        ("1 disjoint pair", disjoint_pairs(1)),
        ("lock order", lock_order()),
        ("lost update", lost_update()),
    ];
    let mut table = format!(
        "{:<36}{:>12}{:>8}{:>6}{:>8}{:>8}\n",
        "", "brute force", "traces", "runs", "states", "in runs"
    );
    for (name, root) in programs {
        let config = config(Stepping::Fine);
        let brute = &mut PreemptionBound::new(0, None);
        let all = see(&root, &config, brute, 200_000).expect("it is small");
        let (traces, runs) = compare(&root, Stepping::Fine, 200_000).expect("it is small");
        let search = &mut EveryState::new(config.clone(), Faults::NONE);
        let by_state = see(&root, &config, search, all.runs).expect("fewer runs");
        assert_eq!(all.outcomes, by_state.outcomes, "{name}");
        let states = search.states().expect("it tells them apart");
        table += &format!("{name:<36}{:>12}{traces:>8}{runs:>6}", all.runs);
        table += &format!("{states:>8}{:>8}\n", by_state.runs);
    }
    insta::assert_snapshot!(table);
}

/// Two that look at a word which the root writes. If they forget what they saw there, who saw it when is no other state.
#[test]
fn what_is_forgotten_makes_no_state() {
    let states_if = |forgets: bool| {
        let look = |line| {
            let mut calls = vec![Do::BeginScope, Do::Load(0)];
            calls.extend(forgets.then_some(Do::Forget));
            calls.extend([Do::EndScope, Do::Store(64, 1)]);
            Guest::of(line, calls)
        };
        let forks = [20, 40].map(|line| Do::Fork("child", look(line)));
        let root = [vec![Do::Map(256)], forks.to_vec(), vec![Do::Store(0, 1)]].concat();
        let root = Guest::of(1, root);
        let config = config(Stepping::Fine);
        let brute = &mut PreemptionBound::new(0, None);
        let all = see(&root, &config, brute, 20_000).expect("it is small");
        let search = &mut EveryState::new(config.clone(), Faults::NONE);
        let seen = see(&root, &config, search, all.runs).expect("fewer runs");
        assert_eq!(all.outcomes, seen.outcomes);
        search.states().expect("it tells them apart")
    };
    let (remembering, forgetting) = (states_if(false), states_if(true));
    assert!(
        forgetting < remembering,
        "{forgetting} states, and {remembering} if nothing is forgotten"
    );
}

#[test]
fn pairs_that_share_nothing_behave_in_one_way() {
    for count in 1..4 {
        let config = config(Stepping::Fine);
        let search = &mut Dpor::new(config.clone());
        let seen = see(&disjoint_pairs(count), &config, search, 1000);
        assert_eq!(seen.expect("few").runs, 1, "{count} pairs");
    }
}

/// A step that takes a lock goes on to the read under it where something lies there. Only where nothing does it asks who
/// could still write, so that the end of the other child matters to it then.
#[test]
fn a_lock_is_taken_before_there_is_anything_to_read_under_it() {
    let reader = from_line(20, [Do::Lock(0, 64), Do::Read(3, 1)]);
    let root = vec![
        Do::Pipe,
        Do::Map(256),
        Do::Fork("reader", reader),
        Do::Fork("other", Guest::of(40, Vec::new())),
        Do::Write(4, "x"),
    ];
    assert_eq!(
        compare(&Guest::of(1, root), Stepping::Coarse, 3000),
        Some((10, 10))
    );
}

/// A child waits for a message, and the root for a moment: a fault may strike the child before that moment or behind it.
#[test]
fn faults_strike_who_waits_before_time_goes_on_and_behind() {
    let child = |call| {
        let child = from_line(20, [call, Do::Print("child ")]);
        let root = vec![
            Do::Pipe,
            Do::Fork("child", child),
            Do::SleepUntil(1),
            Do::Print("root "),
            Do::Write(4, "x"),
        ];
        Guest::of(1, root)
    };
    let (mut kill, mut timeout) = (Faults::NONE, Faults::NONE);
    (kill.kills, timeout.timeouts) = (1, 1);
    let reading = child(Do::Read(3, 1));
    let polling = child(Do::PollUntil(&[3], 5));
    for (root, faults) in [(reading, kill), (polling, timeout)] {
        let config = config(Stepping::Fine);
        let brute = &mut PreemptionBound::new(0, None);
        let all = see_with(&root, &config, faults, brute, 3000, 1).expect("it is small");
        let search = &mut EveryFault::new(config.clone(), faults);
        let reduced = see_with(&root, &config, faults, search, all.runs, 8).expect("fewer runs");
        assert_eq!(all.outcomes, reduced.outcomes, "{root:#?}");
    }
}

/// What uses pipes and other processes.
fn calls_on_pipes() -> impl Strategy<Value = Do> {
    prop_oneof![
        3 => (prop_oneof![Just(3_u32), Just(5)], 1..3_u32).prop_map(|(fd, bytes)| Do::Read(fd, bytes)),
        3 => (prop_oneof![Just(4_u32), Just(6)], prop_oneof![Just("x"), Just("yz")]).prop_map(|(fd, text)| Do::Write(fd, text)),
        2 => (3..7_u32).prop_map(Do::Close),
        1 => Just(Do::Print("p")),
        1 => prop_oneof![Just(&[3_u32][..]), Just(&[3, 5][..])].prop_map(Do::Poll),
        1 => prop_oneof![Just(&[3_u32][..]), Just(&[3, 5][..])].prop_map(|fds| Do::PollUntil(fds, 5)),
        1 => (1..3_u64).prop_map(Do::SleepUntil),
        1 => Just(Do::Duplicate(4)),
        1 => Just(Do::Kill(2, forktalk_abi::Signal::KILL)),
        1 => Just(Do::Wait(2)),
        1 => Just(Do::Exit(3)),
    ]
}

/// What uses shared memory and its locks.
fn calls_on_memory() -> impl Strategy<Value = Do> {
    let word = || (0..2_u32).prop_map(|word| 4 * word);
    let lock = || (1..3_u32).prop_map(|lock| 64 * lock);
    prop_oneof![
        3 => lock().prop_map(|lock| Do::Lock(0, lock)),
        3 => lock().prop_map(|lock| Do::Unlock(0, lock)),
        1 => word().prop_map(Do::Load),
        1 => (word(), 0..2_u32).prop_map(|(word, value)| Do::Store(word, value)),
        1 => word().prop_map(|word| Do::Add(word, 1)),
        2 => word().prop_map(|word| Do::WaitOnWord(word, 0)),
        2 => word().prop_map(Do::Wake),
        1 => Just(Do::BeginScope),
        2 => Just(Do::Forget),
        1 => Just(Do::EndScope),
    ]
}

/// A parent that makes two pipes and some memory, two children at most, and then does as they do.
fn programs(call: impl Strategy<Value = Do>) -> impl Strategy<Value = Guest> {
    let calls = proptest::collection::vec(call, 2..8);
    (calls, 0..4_usize, 0..4_usize).prop_map(|(calls, one, other)| {
        let mut calls = calls.into_iter();
        let children: [Vec<Do>; 2] = [one, other].map(|count| calls.by_ref().take(count).collect());
        let mut all = vec![Do::Pipe, Do::Pipe, Do::Map(256)];
        let forks = children.into_iter().zip((20..).step_by(20));
        all.extend(forks.map(|(child, line)| Do::Fork("child", Guest::of(line, child))));
        all.extend(calls);
        Guest::of(1, all)
    })
}

/// Brute force takes its time: few programs, unless one asks for more (`PROPTEST_CASES`).
fn few() -> ProptestConfig {
    let config = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig {
            cases: 48,
            ..config
        },
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn programs_on_pipes_show_each_behaviour_once(root in programs(calls_on_pipes())) {
        if let Some((traces, runs)) = compare(&root, Stepping::Fine, 3000) {
            prop_assert_eq!(traces, runs, "some twice: {:#?}", root);
        }
    }

    #[test]
    fn programs_on_memory_show_each_behaviour_once(root in programs(calls_on_memory())) {
        if let Some((traces, runs)) = compare(&root, Stepping::Fine, 3000) {
            prop_assert_eq!(traces, runs, "some twice: {:#?}", root);
        }
    }

    // What a process asks between its steps is not known before it was seen: a few may be seen twice.
    #[test]
    fn where_memory_is_used_between_steps_every_behaviour_is_shown(
        root in programs(prop_oneof![calls_on_pipes(), calls_on_memory()]),
    ) {
        compare(&root, Stepping::Coarse, 3000);
    }

    #[test]
    fn faults_strike_everywhere_and_each_outcome_is_shown(
        root in programs(prop_oneof![calls_on_pipes(), calls_on_memory()]), kind in 0..5_usize,
    ) {
        let mut faults = Faults::NONE;
        *[&mut faults.kills, &mut faults.timeouts, &mut faults.failures, &mut faults.stops, &mut faults.shorts][kind] = 1;
        let config = config(Stepping::Fine);
        let brute = &mut PreemptionBound::new(0, None);
        if let Some(all) = see_with(&root, &config, faults, brute, 3000, 1) {
            let search = &mut EveryFault::new(config.clone(), faults);
            let reduced = see_with(&root, &config, faults, search, 2 * all.runs, 8);
            let reduced = reduced.expect("fewer runs than there are");
            prop_assert_eq!(&all.outcomes, &reduced.outcomes, "{:#?}", &root);
            let behaviours = reduced.runs as u64 - search.repeated();
            let traces = reduced.traces.len() as u64;
            // Whether a timeout came early or when nobody could go may make no difference.
            let is_counted = behaviours == traces || (kind == 1 && behaviours > traces);
            prop_assert!(is_counted, "{} of {}: {:#?}", behaviours, traces, &root);
        }
    }

    #[test]
    fn every_state_shows_each_outcome(
        root in programs(prop_oneof![calls_on_pipes(), calls_on_memory()]),
        kind in 0..6_usize,
        fine in any::<bool>(),
    ) {
        let mut faults = Faults::NONE;
        let mut unused = 0;
        *[&mut unused, &mut faults.kills, &mut faults.timeouts, &mut faults.failures, &mut faults.stops, &mut faults.shorts][kind] = 1;
        let config = config(if fine { Stepping::Fine } else { Stepping::Coarse });
        let brute = &mut PreemptionBound::new(0, None);
        if let Some(all) = see_with(&root, &config, faults, brute, 3000, 1) {
            for at_once in [1, 8] {
                let search = &mut EveryState::new(config.clone(), faults);
                let reduced = see_with(&root, &config, faults, search, 4 * all.runs + 100, at_once);
                let reduced = reduced.expect("about as many runs as there are at most");
                prop_assert_eq!(&all.outcomes, &reduced.outcomes, "{:#?}", &root);
            }
        }
    }
}
