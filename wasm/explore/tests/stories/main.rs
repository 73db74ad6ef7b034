//! Whole runs, told: what a person reads of them, and that they can be made again.

mod deadlocks;
mod guests;
mod replay;
mod sentences;

use forktalk_explore::{End, Strategy, Trace};
use forktalk_kernel::Config;
use guests::{Guest, Host};

/// Runs a program by the default policy.
fn told(root: Guest) -> (End, Trace) {
    chosen(root, Box::new(forktalk_explore::strategy::Default))
}

fn chosen(root: Guest, strategy: Box<dyn Strategy + Send>) -> (End, Trace) {
    let mut host = Host::new(root, strategy, Config::default());
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
