//! What a single moment of a run looks like.

use forktalk_report::state;
use insta::assert_snapshot;

use crate::stories;

#[test]
fn a_pipe_is_shown_with_what_lies_there_and_who_holds_it() {
    assert_snapshot!(state(&stories::forgotten_close().view_after(6)));
}

#[test]
fn a_channel_is_shown_with_both_its_sides() {
    assert_snapshot!(state(&stories::ping_pong().view_after(4)));
}

#[test]
fn a_process_that_has_ended_is_shown_until_it_was_waited_for() {
    let trace = stories::killed();
    let killed = trace.steps.iter().find(|step| step.call == "kill");
    let step = killed.expect("a process kills another").step;
    assert_snapshot!(state(&trace.view_after(step)));
}

#[test]
fn a_queue_is_shown_with_who_waits_there() {
    let trace = stories::queue();
    let asleep = trace.steps.iter().find(|step| step.call == "wait on word");
    let step = asleep.expect("somebody falls asleep").step;
    assert_snapshot!(state(&trace.view_after(step)));
}
