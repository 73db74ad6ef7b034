//! What a deadlock reads like.

use crate::guests::{Do, Guest, from_line};
use crate::told;
use forktalk_explore::{End, Trace};
use insta::assert_snapshot;

/// The explanation of the deadlock in which this program ends, in both languages.
pub(crate) fn explained(root: Guest) -> String {
    let (end, trace) = told(root);
    assert_eq!(end, End::Deadlock);
    explanation(&trace)
}

/// How the deadlock in which this run ended is explained, in both languages.
pub(crate) fn explanation(trace: &Trace) -> String {
    let end = trace.end.clone().expect("the run is over");
    let deadlock = end.deadlock.expect("a deadlock is explained");
    let lines = deadlock.lines();
    let english: Vec<_> = lines.iter().map(|line| line.en.as_str()).collect();
    let chinese: Vec<_> = lines.iter().map(|line| line.zh.as_str()).collect();
    format!("{}\n\n{}\n", english.join("\n"), chinese.join("\n"))
}

#[test]
fn the_child_forgot_to_close_its_writing_end() {
    let child = from_line(10, [Do::Read(3, 16), Do::Read(3, 16)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(3),
            Do::Write(4, "5"),
            Do::Close(4),
            Do::Wait(2),
        ]
    )));
}

#[test]
fn the_parent_forgot_to_close_its_writing_end() {
    let child = from_line(10, [Do::Close(4), Do::Read(3, 16), Do::Read(3, 16)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(3),
            Do::Write(4, "5"),
            Do::Wait(2),
        ]
    )));
}

#[test]
fn a_sibling_holds_an_end_that_it_does_not_use() {
    let reader = from_line(
        10,
        [Do::Close(4), Do::Close(5), Do::Close(6), Do::Read(3, 16)],
    );
    let sibling = from_line(20, [Do::Close(3), Do::Close(6), Do::Read(5, 1)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Pipe,
            Do::Fork("reader", reader),
            Do::Fork("sibling", sibling),
            Do::Close(3),
            Do::Close(4),
            Do::Close(5),
            Do::Wait(2),
            Do::Close(6),
            Do::Wait(3),
        ]
    )));
}

#[test]
fn two_full_pipes_face_each_other() {
    let child = from_line(
        20,
        [
            Do::Close(4),
            Do::Close(5),
            Do::Fill(6, 100_000),
            Do::Read(3, 100_000),
        ],
    );
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(3),
            Do::Close(6),
            Do::Fill(4, 100_000),
            Do::Read(5, 100_000),
        ]
    )));
}

#[test]
fn joined_before_it_was_drained() {
    let child = from_line(20, [Do::Close(3), Do::Fill(4, 70_000)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("worker", child),
            Do::Close(4),
            Do::Wait(2),
            Do::Read(3, 70_000),
        ]
    )));
}

#[test]
fn alone_with_a_full_pipe() {
    assert_snapshot!(explained(from_line(4, [Do::Pipe, Do::Fill(4, 65_537)])));
}

#[test]
fn both_sides_of_a_channel_listen() {
    let child = from_line(20, [Do::Close(3), Do::Read(4, 10)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Channel,
            Do::Fork("child", child),
            Do::Close(4),
            Do::Read(3, 10),
        ]
    )));
}

#[test]
fn two_locks_in_opposite_order() {
    let child = from_line(20, [Do::Lock(0, 64), Do::SleepUntil(2_000), Do::Lock(0, 0)]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Map(128),
            Do::Fork("child", child),
            Do::Lock(0, 0),
            Do::SleepUntil(1_000),
            Do::Lock(0, 64),
            Do::Wait(2),
        ]
    )));
}

#[test]
fn a_poll_over_two_pipes_that_nobody_writes() {
    let child = from_line(20, [Do::Poll(&[3, 5])]);
    assert_snapshot!(explained(from_line(
        4,
        [
            Do::Pipe,
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(4),
            Do::Wait(2),
        ]
    )));
}

#[test]
fn both_sleep_and_nobody_is_left_to_wake_them() {
    let child = from_line(20, [Do::WaitOnWord(8, 0)]);
    assert_snapshot!(explained(from_line(
        4,
        [Do::Map(16), Do::Fork("child", child), Do::WaitOnWord(4, 0),]
    )));
}
