//! The runs that are told.

use forktalk_abi::Signal;
use forktalk_explore::{Schedule, Trace, strategy};
use forktalk_kernel::Config;

use crate::guests::{Do, Guest, Host, from_line};

/// The run of this program by this schedule.
pub(crate) fn run(root: Guest, schedule: &str) -> Trace {
    let schedule: Schedule = schedule.parse().expect("the test's own schedule");
    let config = Config {
        profile: schedule.profile,
        stepping: schedule.stepping,
        seed: schedule.seed,
        ..Config::default()
    };
    let mut host = Host::new(root, strategy::replaying(&schedule), config);
    host.finish();
    assert_eq!(host.run.divergence(), None, "the schedule fits");
    host.run.trace().clone()
}

/// The child reads to the end of file and holds a writing end itself.
pub(crate) fn forgotten_close() -> Trace {
    let child = from_line(10, [Do::Read(3, 16), Do::Print("got 5\n"), Do::Read(3, 16)]);
    let root = [
        Do::Pipe,
        Do::Fork("child", child),
        Do::Close(3),
        Do::Write(4, "5"),
        Do::Write(4, "6"),
        Do::Close(4),
        Do::Wait(2),
    ];
    run(from_line(4, root), "1-linux-0")
}

/// Two throws there, and two back.
pub(crate) fn ping_pong() -> Trace {
    let throw = |end, first, text| match first {
        true => vec![Do::Write(end, text), Do::Read(end, 16)],
        false => vec![Do::Read(end, 16), Do::Write(end, text)],
    };
    let side = |end, other, first| {
        let mut calls = vec![Do::Close(other)];
        calls.extend(throw(end, first, "ball"));
        calls.extend(throw(end, first, "again"));
        calls
    };
    let child = Guest::of(20, side(4, 3, false));
    let mut root = vec![Do::Channel, Do::Fork("pong", child)];
    root.extend(side(3, 4, true));
    root.extend([Do::Close(3), Do::Wait(2)]);
    run(Guest::of(4, root), "1-linux-0")
}

/// Two workers write into one pipe; one is ended by the parent, the other by chance.
pub(crate) fn killed() -> Trace {
    let worker = |line, text| {
        let calls = [Do::Close(3), Do::Write(4, text), Do::SleepUntil(5_000_000)];
        from_line(line, calls)
    };
    let root = [
        Do::Pipe,
        Do::Fork("first", worker(20, "one")),
        Do::Fork("second", worker(30, "two!")),
        Do::Close(4),
        Do::Read(3, 4),
        Do::SleepUntil(1_000_000),
        Do::Kill(2, Signal::TERM),
        Do::Wait(2),
        Do::Read(3, 16),
        Do::Read(3, 16),
        Do::Wait(3),
    ];
    // Both write before the parent reads; the second is killed when the parent is about to wait for the first.
    run(from_line(4, root), "1-linux-0_1.5.3_1.8.k3")
}

/// One puts, another sleeps until there is something: of a queue that the kernel knows by its words, locks and pipes.
pub(crate) fn queue() -> Trace {
    let (putting, getting, first, put, got, word) = (0, 64, 128, 512, 576, 640);
    let getter = [
        Do::Lock(0, first),
        Do::WaitOnWord(word, 0),
        Do::Lock(0, getting),
        Do::StoreWide(got, 4, 1),
        Do::Unlock(0, getting),
        Do::Unlock(0, first),
        Do::Lock(0, getting),
        Do::StoreWide(got, 8, 2),
        Do::Unlock(0, getting),
    ];
    let root = [
        Do::Map(1024),
        Do::Pipe,
        Do::Pipe,
        Do::IntroduceQueue(3),
        Do::Fork("getter", from_line(20, getter)),
        Do::SleepUntil(1_000),
        Do::Lock(0, putting),
        Do::StoreWide(put, 4, 1),
        Do::Wake(word),
        Do::Unlock(0, putting),
        Do::Lock(0, putting),
        Do::StoreWide(put, 8, 2),
        Do::Unlock(0, putting),
        Do::Wait(2),
    ];
    run(from_line(4, root), "1-linux-0")
}

/// More processes than a terminal has columns for; the last two take the places of the first two.
pub(crate) fn crowd() -> Trace {
    let child = from_line(20, [Do::Close(3), Do::Write(4, "here")]);
    let mut root = vec![Do::Pipe];
    root.extend((0..7).map(|_| Do::Fork("child", child.clone())));
    root.extend([Do::Wait(2), Do::Wait(3), Do::Read(3, 64)]);
    root.extend((0..2).map(|_| Do::Fork("late", child.clone())));
    root.extend([Do::Close(4), Do::Read(3, 64)]);
    root.extend((4..=10).map(Do::Wait));
    run(Guest::of(4, root), "1-linux-0")
}

/// A child writes many small messages, and only then they are read.
pub(crate) fn many_messages() -> Trace {
    let mut writer = vec![Do::Close(3)];
    writer.extend((0..150).map(|_| Do::Write(4, "ab")));
    let mut root = vec![
        Do::Pipe,
        Do::Fork("writer", Guest::of(200, writer)),
        Do::Wait(2),
    ];
    root.extend((0..150).map(|_| Do::Read(3, 2)));
    root.extend([Do::Duplicate(3), Do::Close(3), Do::Close(4)]);
    run(Guest::of(4, root), "1-linux-0")
}

/// All of them, with their names.
pub(crate) fn all() -> Vec<(&'static str, Trace)> {
    vec![
        ("forgotten close", forgotten_close()),
        ("ping-pong", ping_pong()),
        ("killed", killed()),
        ("queue", queue()),
        ("crowd", crowd()),
        ("many messages", many_messages()),
    ]
}
