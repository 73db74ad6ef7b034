//! Whole runs, told: what a person reads of them, and that they can be made again.

mod chance;
mod deadlocks;
mod deciding;
mod every_order;
mod faults;
mod guests;
mod queues;
mod replay;
mod sentences;
mod steering;

use forktalk_explore::{End, Trace};
use forktalk_kernel::{Config, Stepping};
use guests::{Guest, Host};

/// Runs a program by the default policy.
fn told(root: Guest) -> (End, Trace) {
    run(root, Stepping::Coarse)
}

/// The same, where each access to shared memory is a step.
fn told_finely(root: Guest) -> (End, Trace) {
    run(root, Stepping::Fine)
}

fn run(root: Guest, stepping: Stepping) -> (End, Trace) {
    let config = Config {
        stepping,
        ..Config::default()
    };
    let policy = Box::new(forktalk_explore::strategy::Default);
    let mut host = Host::new(root, policy, config);
    let end = host.finish();
    (end, host.run.trace().clone())
}

/// The sentences of a run, as one reads them; both languages, one after the other.
fn story(trace: &Trace) -> String {
    let english = trace.steps.iter().map(|step| &step.sentence.en);
    let chinese = trace.steps.iter().map(|step| &step.sentence.zh);
    let end = trace.end.as_ref().expect("the run is over");
    let mut story = String::new();
    for (number, said) in (1..).zip(english.chain([&end.sentence.en])) {
        story += &format!("{number:2} {said}\n");
    }
    story += "\n";
    for (number, said) in (1..).zip(chinese.chain([&end.sentence.zh])) {
        story += &format!("{number:2} {said}\n");
    }
    story
}
