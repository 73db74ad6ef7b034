//! What a queue reads like, which to the kernel is memory, locks and pipes.

use crate::deadlocks::explained;
use crate::guests::{Do, Guest, from_line};
use crate::{story, told, told_finely};
use insta::assert_snapshot;

pub(crate) const PUTTING: u32 = 0;
const GETTING: u32 = 64;
const FIRST_FOR_ITEMS: u32 = 128;
const FIRST_FOR_ROOM: u32 = 192;
const SEAT: u32 = 384;
const PUT: u32 = 512;
const GOT: u32 = 576;
pub(crate) const ITEMS_WORD: u32 = 640;
const CLOSED: u32 = 700;

/// A queue that holds so many items at most, and then these calls.
pub(crate) fn with_queue<const N: usize>(bound: u32, calls: [Do; N]) -> Guest {
    let made = [Do::Map(1024), Do::Pipe, Do::Pipe, Do::IntroduceQueue(bound)];
    Guest::of(4, made.into_iter().chain(calls).collect())
}

#[test]
fn an_item_goes_through_while_another_process_sleeps() {
    let child = from_line(
        20,
        [
            Do::Lock(0, FIRST_FOR_ITEMS),
            Do::WaitOnWordUntil(ITEMS_WORD, 0, 50_000_000),
            Do::Lock(0, GETTING),
            Do::StoreWide(GOT, 4, 1),
            Do::Unlock(0, GETTING),
            Do::Unlock(0, FIRST_FOR_ITEMS),
            Do::Lock(0, GETTING),
            Do::Lock(0, PUTTING),
            Do::Store(CLOSED, 1),
        ],
    );
    let (_, trace) = told(with_queue(
        0,
        [
            Do::Fork("child", child),
            Do::SleepUntil(1_000),
            Do::Lock(0, PUTTING),
            Do::Wake(ITEMS_WORD),
            Do::StoreWide(PUT, 8, 2),
            Do::Unlock(0, PUTTING),
            Do::Duplicate(3),
            Do::Close(7),
            Do::Close(4),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn a_process_lays_its_handle_down_and_is_woken_by_a_byte() {
    let child = from_line(
        20,
        [
            Do::Lock(0, SEAT),
            Do::LayDown(4, 3),
            Do::LayDown(6, 5),
            Do::Lock(0, FIRST_FOR_ITEMS),
            Do::PollUntil(&[3], 0),
            Do::Poll(&[3]),
            Do::Read(3, 64),
            Do::TakeUp(4, 3),
            Do::TakeUp(6, 5),
        ],
    );
    let (_, trace) = told(with_queue(
        0,
        [
            Do::Fork("child", child),
            Do::SleepUntil(1_000),
            Do::Lock(0, PUTTING),
            Do::Write(4, "!"),
            Do::StoreWide(PUT, 4, 1),
            Do::Unlock(0, PUTTING),
            Do::Wait(2),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn each_access_to_the_memory_of_a_queue_is_a_step() {
    let (_, trace) = told_finely(with_queue(
        5,
        [
            Do::Lock(0, PUTTING),
            Do::Load(CLOSED),
            Do::LoadWide(PUT),
            Do::CopyIn(800, 12),
            Do::Wake(ITEMS_WORD),
            Do::StoreWide(PUT, 12, 3),
            Do::Unlock(0, PUTTING),
            Do::StoreWide(GOT, 4, 1),
            Do::StoreWide(GOT, 0, 1),
            Do::Lock(0, PUTTING),
            Do::Store(CLOSED, 1),
        ],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn the_last_other_holder_ends_while_one_waits() {
    let child = from_line(20, [Do::LayDown(4, 3), Do::LayDown(6, 5), Do::Poll(&[3])]);
    let (_, trace) = told(with_queue(
        0,
        [Do::Fork("child", child), Do::SleepUntil(1_000), Do::Exit(0)],
    ));
    assert_snapshot!(story(&trace));
}

#[test]
fn two_wait_for_an_item_and_the_third_for_their_end() {
    let first = from_line(
        20,
        [
            Do::LayDown(4, 3),
            Do::LayDown(6, 5),
            Do::Lock(0, FIRST_FOR_ITEMS),
            Do::Poll(&[3]),
        ],
    );
    let second = from_line(
        30,
        [
            Do::LayDown(4, 3),
            Do::LayDown(6, 5),
            Do::SleepUntil(1_000),
            Do::Lock(0, FIRST_FOR_ITEMS),
        ],
    );
    assert_snapshot!(explained(with_queue(
        0,
        [
            Do::Fork("first", first),
            Do::Fork("second", second),
            Do::Wait(2),
        ]
    )));
}

#[test]
fn a_full_queue_and_nobody_gets() {
    let child = from_line(
        20,
        [
            Do::Lock(0, PUTTING),
            Do::StoreWide(PUT, 8, 2),
            Do::Unlock(0, PUTTING),
            Do::LayDown(4, 3),
            Do::LayDown(6, 5),
            Do::Lock(0, FIRST_FOR_ROOM),
            Do::Poll(&[5]),
        ],
    );
    assert_snapshot!(explained(with_queue(
        2,
        [Do::Fork("child", child), Do::Wait(2)]
    )));
}

#[test]
fn the_memory_of_a_queue_goes_before_its_pipes() {
    let (_, trace) = told(with_queue(
        0,
        [
            Do::Unmap(0),
            Do::Close(3),
            Do::Close(4),
            Do::Close(5),
            Do::Close(6),
        ],
    ));
    assert_snapshot!(story(&trace));
}
