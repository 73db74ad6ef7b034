//! The step that decides: known for certain where all ways on can be seen, likely where they are too many.

use crate::guests::{Do, Guest, Host, from_line};
use forktalk_explore::search::{Plan, Wish};
use forktalk_explore::strategy::Interactive;
use forktalk_explore::{Choice, Decide, Moment, Ran, Search, Watch};
use forktalk_kernel::{Config, Stepping};

/// Two processes that take two locks, each another one first.
pub(crate) fn lock_order() -> Guest {
    lock_order_beside([])
}

/// The same, with others beside them, who are born first.
fn lock_order_beside<const N: usize>(others: [Do; N]) -> Guest {
    let take = |one, other| {
        [
            Do::Lock(0, one),
            Do::Lock(0, other),
            Do::Unlock(0, other),
            Do::Unlock(0, one),
        ]
    };
    let two = [
        Do::Fork("one", from_line(20, take(64, 128))),
        Do::Fork("other", from_line(40, take(128, 64))),
    ];
    let calls = [Do::Map(256)].into_iter().chain(others).chain(two);
    Guest::of(1, calls.collect())
}

fn make(host: &mut Host, plan: Plan) -> Ran {
    host.run.set_watch(Some(Box::new(Watch::default())));
    host.run.set_strategy(plan.strategy);
    host.run.reset(plan.seed);
    host.finish();
    Ran::of(&host.run, host.printed.clone())
}

fn moment(host: &mut Host, config: &Config, choices: &[Choice], runs_each: u64) -> Moment {
    let mut decide = Decide::new(config.clone(), choices.to_vec(), runs_each);
    while let Some(plan) = decide.plan() {
        let ran = make(host, plan);
        decide.learn(&ran, host.run.watch());
    }
    decide.moment()
}

#[test]
fn what_chance_says_of_the_deciding_step_is_what_all_ways_on_say() {
    let config = Config {
        stepping: Stepping::Fine,
        ..Config::default()
    };
    // Two others use a third lock, in whatever order: so there is more than one way on, also once all is lost.
    let uses = || from_line(60, [Do::Lock(0, 192), Do::Unlock(0, 192)]);
    let others = [Do::Fork("third", uses()), Do::Fork("fourth", uses())];
    let mut host = Host::of_many(lock_order_beside(others), config.clone());
    // Everybody is born, then each of the two takes its first lock: from the second of these on both are lost.
    let go = [1, 1, 1, 1, 1, 4, 4, 5, 5].map(|pid| Choice::go(forktalk_abi::Pid(pid)));
    let plan = Plan {
        seed: config.seed,
        strategy: Box::new(Interactive::new(go.to_vec())),
        wish: Wish::Steps,
    };
    let ran = make(&mut host, plan);
    assert!(!ran.outcome.is_well(), "{ran:?}");
    let events = &host.run.watch().expect("it is watched").events;
    let choices: Vec<Choice> = events.iter().map(|event| event.choice).collect();

    let seen = moment(&mut host, &config, &choices, 1000);
    let Moment::Step {
        step, share: None, ..
    } = seen
    else {
        panic!("{seen:?}");
    };
    let likely = moment(&mut host, &config, &choices, 1);
    let Moment::Step {
        step: same,
        share: Some(share),
        ..
    } = likely
    else {
        panic!("{likely:?}");
    };
    assert_eq!(step, same);
    assert!(share.well > 0 && share.well < share.of, "{share:?}");
}
