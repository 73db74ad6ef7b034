//! What a run reads like.

use crate::guests::{Do, from_line};
use crate::{story, told, told_finely};
use forktalk_abi::Signal;
use insta::assert_snapshot;

#[test]
fn the_tutorial_with_its_closes_ends() {
    let child = from_line(
        8,
        [
            Do::Close(4),
            Do::Read(3, 16),
            Do::Print("5\n"),
            Do::Read(3, 16),
            Do::Print("the child has read everything\n"),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("child", child),
            Do::Close(3),
            Do::Write(4, "5"),
            Do::Close(4),
            Do::Wait(2),
            Do::Print("the main process ended too\n"),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_pipe_fills_breaks_and_is_polled() {
    let child = from_line(
        20,
        [
            Do::Close(4),
            Do::SetCapacity(3, 8192),
            Do::Poll(&[3]),
            Do::Read(3, 5000),
            Do::Read(3, 2000),
            Do::Duplicate(3),
            Do::Close(3),
            Do::Read(3, 10),
            Do::PrintError("enough\n"),
            Do::Exit(3),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("reader", child),
            Do::Close(3),
            Do::Write(4, "one"),
            Do::Write(4, "two"),
            Do::Fill(4, 70_000),
            Do::Fill(4, 10),
            Do::HasEnded(2),
            Do::Wait(2),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_channel_carries_both_ways_and_is_reset() {
    let child = from_line(
        20,
        [
            Do::Close(3),
            Do::Read(4, 100),
            Do::Write(4, "pong"),
            Do::Exit(0),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Channel,
            Do::Fork("child", child),
            Do::Close(4),
            Do::Write(3, "ping"),
            Do::Read(3, 100),
            Do::Read(3, 100),
            Do::Channel,
            Do::Write(4, "unread"),
            Do::Close(5),
            Do::Read(4, 10),
            Do::Write(4, "too late"),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn processes_are_watched_killed_and_adopted() {
    let grandchild = from_line(40, [Do::SleepUntil(5_000_000_000), Do::Exit(7)]);
    let daemon = from_line(50, [Do::DieWithParent(2), Do::SleepUntil(9_000_000_000)]);
    let child = from_line(
        20,
        [
            Do::Fork("grandchild", grandchild),
            Do::Fork("daemon", daemon),
            Do::SleepUntil(100_000_000_000),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Fork("child", child),
            Do::Watch(2),
            Do::PollUntil(&[3], 1_500_000_000),
            Do::Kill(2, Signal::NONE),
            Do::Kill(2, Signal::TERM),
            Do::Poll(&[3]),
            Do::Wait(2),
            Do::Kill(2, Signal::KILL),
            Do::Wait(3),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_lock_is_waited_for_and_a_panic_releases_it() {
    let child = from_line(20, [Do::Lock(0, 64), Do::SleepUntil(1_000_000), Do::Panic]);
    let (_, trace) = told(from_line(
        4,
        [
            Do::Map(128),
            Do::Fork("child", child),
            Do::SleepUntil(500_000),
            Do::Lock(0, 64),
            Do::Unlock(0, 64),
            Do::Wait(2),
            Do::Read(9, 1),
            Do::Exit(1),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn the_standard_library_writes_to_a_pipe_and_fails_on_a_closed_descriptor() {
    let (_, trace) = told(from_line(
        4,
        [
            Do::Pipe,
            Do::PrintTo(4, "hello"),
            Do::Read(3, 100),
            Do::Close(1),
            Do::Print("nobody sees this"),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_word_is_slept_on_until_somebody_wakes_it() {
    let child = from_line(
        20,
        [
            Do::WaitOnWord(8, 0),
            Do::WaitOnWord(8, 0),
            Do::WaitOnWordUntil(8, 7, 5_000_000),
            Do::Exit(0),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Map(16),
            Do::Fork("child", child),
            Do::SleepUntil(1_000),
            // A change alone wakes nobody: only whoever has not slept yet sees it.
            Do::Store(8, 7),
            Do::SleepUntil(2_000),
            Do::Wake(8),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_writing_end_is_laid_down_and_taken_up() {
    let worker = from_line(
        20,
        [
            Do::Duplicate(4),
            Do::LayDown(4, 3),
            Do::LayDown(5, 3),
            Do::Read(3, 10),
            Do::TakeUp(4, 3),
            Do::Read(3, 10),
            Do::LayDown(9, 3),
            Do::TakeUp(4, 3),
            Do::Exit(0),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Pipe,
            Do::Fork("worker", worker),
            Do::SleepUntil(1_000),
            Do::Close(4),
            Do::SleepUntil(2_000),
            Do::LayDown(4, 3),
            Do::Kill(2, Signal::TERM),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn each_access_to_shared_memory_is_told() {
    let child = from_line(
        20,
        [
            Do::Lock(0, 0),
            Do::LoadWide(72),
            Do::StoreWide(72, 3, 4),
            Do::Add(72, 1_u32.wrapping_neg()),
            Do::Wake(72),
            Do::Unlock(0, 0),
            Do::WaitOnWord(64, 0),
            Do::Exit(0),
        ],
    );
    let (_, trace) = told_finely(from_line(
        4,
        [
            Do::Map(256),
            Do::Fork("child", child),
            Do::Lock(0, 0),
            Do::Load(72),
            Do::Store(72, 7),
            Do::Add(72, 1),
            Do::SleepUntil(1_000),
            Do::CopyIn(128, 16),
            Do::CopyOut(128, 1),
            Do::Discard(128, 64),
            Do::Unlock(0, 0),
            Do::Unlock(0, 0),
            Do::SleepUntil(2_000),
            Do::Wake(64),
            Do::Load(255),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

/// A lock that guards an end, taken in front of a read or write that can be performed, is part of that step: to a
/// person it is nothing, and no other order of events is lost by it.
#[test]
fn a_turn_at_an_end_is_no_step_of_its_own_unless_somebody_waits() {
    let child = from_line(
        20,
        [
            Do::Lock(0, 64),
            Do::Read(3, 1),
            Do::Unlock(0, 64),
            Do::Lock(0, 0),
            Do::Lock(0, 64),
            Do::Print("two locks"),
            Do::Exit(0),
        ],
    );
    let (_, trace) = told(from_line(
        4,
        [
            Do::Pipe,
            Do::Map(128),
            Do::Lock(0, 64),
            Do::Write(4, "ab"),
            Do::Unlock(0, 64),
            Do::Lock(0, 64),
            Do::Read(3, 2),
            Do::Unlock(0, 64),
            Do::Fork("child", child),
            Do::SleepUntil(1_000),
            Do::Lock(0, 0),
            Do::Write(4, "c"),
            Do::Unlock(0, 0),
            Do::Wait(2),
            Do::Exit(0),
        ],
    ));
    let steps = trace.steps.iter();
    let calls: Vec<_> = steps.map(|step| (step.pid, step.call.as_str())).collect();
    assert_eq!(
        calls,
        [
            (1, "begin"),
            (1, "pipe"),
            (1, "write"),
            (1, "read"),
            (1, "fork"),
            (2, "begin"),
            // Nothing to read yet: the child has its turn, and waits.
            (2, "lock"),
            (1, "sleep"),
            (1, "write"),
            (2, "read"),
            // A second lock, and a call that moves no bytes of an end, are steps of their own.
            (2, "lock"),
            (2, "lock"),
            (2, "print"),
            (2, "exit"),
            (1, "wait"),
            (1, "exit"),
        ]
    );
}
