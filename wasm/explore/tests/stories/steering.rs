//! What a person steers by: what could be chosen at each step is noted, and each of it can be chosen.

use crate::guests::{Do, Guest, Host, from_line};
use forktalk_explore::schedule::Act;
use forktalk_explore::strategy::{Default, Interactive, Replay};
use forktalk_explore::{Choice, Fault, Ran, Search, Shrink, Strategy};
use forktalk_kernel::Config;

/// A parent that polls for news with a timeout, and a child that writes some.
fn program() -> Guest {
    let child = from_line(20, [Do::Close(3), Do::Write(4, "news"), Do::Pipe]);
    from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(4),
            Do::PollUntil(&[3], 9_000),
            Do::Read(3, 100),
            Do::Wait(2),
        ],
    )
}

fn steered(strategy: Box<dyn Strategy + Send>) -> Host {
    let mut host = Host::new(program(), strategy, Config::default());
    host.run.note_offers();
    host.finish();
    host
}

fn policy() -> Box<dyn Strategy + Send> {
    Box::new(Default)
}

#[test]
fn each_choice_that_is_offered_can_be_made() {
    let base = steered(policy());
    let offers = base.run.offers().expect("they are noted");
    let mut kinds = Vec::new();
    for step in 0..=offers.chosen().len() {
        for &choice in offers.after(step) {
            let mut choices = offers.chosen()[..step].to_vec();
            choices.push(choice);
            let branch = steered(Box::new(Interactive::new(choices.clone())));
            let made = branch.run.offers().expect("they are noted").chosen();
            assert_eq!(&made[..=step], choices, "{choice} after step {step}");
            kinds.push(Fault::of(choice));
        }
    }
    for kind in Fault::ALL {
        assert!(kinds.contains(&Some(kind)), "{kind:?} is offered somewhere");
    }
}

#[test]
fn the_root_is_never_offered_to_be_killed_and_the_usual_choice_is_told() {
    let base = steered(policy());
    let offers = base.run.offers().expect("they are noted");
    for step in 0..offers.chosen().len() {
        let kills = [Act::Kill, Act::Stop].map(|act| Choice::of(act, forktalk_abi::Pid(1)));
        assert!(!offers.after(step).iter().any(|one| kills.contains(one)));
        assert_eq!(offers.default_after(step), Some(offers.chosen()[step]));
    }
    assert_eq!(offers.default_after(offers.chosen().len()), None);
}

#[test]
fn noting_what_could_be_chosen_changes_nothing() {
    let mut plain = Host::new(program(), policy(), Config::default());
    plain.finish();
    assert_eq!(plain.run.trace(), steered(policy()).run.trace());
}

#[test]
fn a_step_that_alone_is_written_down_reads_as_in_the_whole_run() {
    let whole = steered(policy());
    let whole = whole.run.trace();
    for step in &whole.steps {
        let mut host = Host::new(program(), policy(), Config::default());
        host.run.record_only(step.step, step.step);
        host.finish();
        assert_eq!(host.run.trace().steps, std::slice::from_ref(step));
    }
    let mut host = Host::new(program(), policy(), Config::default());
    host.run.record_only(4, u32::MAX);
    host.finish();
    assert_eq!(host.run.trace().steps, whole.steps[3..]);
    assert_eq!(host.run.trace().end, whole.end);
}

#[test]
fn a_schedule_is_followed_where_it_fits() {
    let late = "1-linux-0_1.99.k2_2.1.k2".parse().expect("a schedule");
    let strict = steered(Box::new(Replay::new(&late)));
    assert_eq!(strict.run.schedule(), "1-linux-0");
    let lenient = steered(Box::new(Replay::where_it_fits(&late)));
    assert_eq!(lenient.run.schedule(), "1-linux-0_2.1.k2");
}

/// Three children that print, each when it likes.
fn printers() -> Guest {
    let printer = |line, text| from_line(line, [Do::SleepUntil(0), Do::Print(text)]);
    from_line(
        4,
        [
            Do::Fork("one", printer(20, "one ")),
            Do::Fork("two", printer(30, "two ")),
            Do::Fork("three", printer(40, "three ")),
            Do::Wait(2),
            Do::Wait(3),
            Do::Wait(4),
        ],
    )
}

fn ran(strategy: Box<dyn Strategy + Send>) -> Ran {
    let mut host = Host::new(printers(), strategy, Config::default());
    host.finish();
    let output = host.printed.clone();
    Ran::of(&host.run, output)
}

#[test]
fn a_run_is_made_short_and_still_prints_what_it_printed() {
    let restless = ran(Box::new(forktalk_explore::strategy::RoundRobin));
    let reversed: Vec<Choice> = "1 1 1 1 4 4 4 3 3 3"
        .split(' ')
        .map(|choice| choice.parse().expect("a choice"))
        .collect();
    for long in [restless, ran(Box::new(Interactive::new(reversed)))] {
        let mut shrink = Shrink::to_same_outcome(long.clone());
        while let Some(plan) = shrink.plan() {
            shrink.learn(&ran(plan.strategy), None);
        }
        assert!(shrink.best().effort() <= long.effort());
        assert_eq!(shrink.best().outcome, long.outcome);
        let again = ran(Box::new(Replay::new(&shrink.best().schedule)));
        assert_eq!(again.outcome, long.outcome);
    }
}
