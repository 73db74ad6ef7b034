//! What a process does with shared memory: its words and bytes, its locks, those who sleep on a word.
//!
//! To read or write it, to release a lock and to wake somebody are steps only where each such access is one.

use super::deeds::Deed;
use super::words::{bytes, list};
use super::{Event, Sentence, queues, say};
use crate::view::{CallView, State, View};

/// What the process would do at this call, if it is about shared memory.
pub(super) fn deed(call: &CallView) -> Option<Deed> {
    let place = place(call);
    let (does, to_do, rest) = match call.name.as_str() {
        "lock" => (
            "takes",
            "take",
            say!(" the lock in {}", "获取{}的锁", place),
        ),
        "unlock" => (
            "releases",
            "release",
            say!(" the lock in {}", "放开{}的锁", place),
        ),
        "wait on word" => (
            "waits",
            "wait",
            say!(" for a wake in {}", "在{}等待被唤醒", place),
        ),
        "wake" => (
            "wakes",
            "wake",
            say!(" whoever sleeps in {}", "唤醒睡在{}的进程", place),
        ),
        "copy out" => (
            "copies",
            "copy",
            say!(" {1} out of {0}", "从{}复制出 {}", place, room(call)),
        ),
        "copy in" => (
            "copies",
            "copy",
            say!(" {1} into {0}", "向{}复制 {}", place, room(call)),
        ),
        "discard" => (
            "gives",
            "give",
            say!(" back {1} of {0}", "归还{}起的 {}", place, room(call)),
        ),
        _ => return with_words(call, &place),
    };
    Some(Deed::new(does, to_do, rest))
}

/// It reads or writes one word, or two.
fn with_words(call: &CallView, place: &Sentence) -> Option<Deed> {
    let place = place.clone();
    let (does, to_do, rest) = match call.name.as_str() {
        "load" => (
            "reads",
            "read",
            say!(" the word in {}", "读取{}的字", place),
        ),
        "load wide" => (
            "reads",
            "read",
            say!(" the two words in {}", "读取{}的两个字", place),
        ),
        "store" => (
            "writes",
            "write",
            say!(
                " {1} into the word in {0}",
                "向{}的字写入 {}",
                place,
                brought(call)
            ),
        ),
        "store wide" => (
            "writes",
            "write",
            say!(
                " {1} into the two words in {0}",
                "向{}的两个字写入 {}",
                place,
                brought(call)
            ),
        ),
        "add" => return Some(add(call, &place)),
        _ => return None,
    };
    Some(Deed::new(does, to_do, rest))
}

/// A count goes down by adding a number that wraps around.
fn add(call: &CallView, place: &Sentence) -> Deed {
    let value = call.part.as_ref().and_then(|part| part.brings.first());
    let value = value.map_or(0, |value| value.cast_signed());
    let amount = value.unsigned_abs();
    match value {
        0.. => Deed::new(
            "adds",
            "add",
            say!(" {1} to the word in {0}", "给{}的字加 {}", *place, amount),
        ),
        _ => Deed::new(
            "subtracts",
            "subtract",
            say!(" {1} from the word in {0}", "给{}的字减 {}", *place, amount),
        ),
    }
}

/// What came of it, if it succeeded.
pub(super) fn success(before: &View, event: &Event<'_>) -> Sentence {
    let call = event.call;
    match call.name.as_str() {
        "lock" => say!(
            "it is its turn now, and whoever else wants that lock waits",
            "轮到它了，别的进程想要这把锁就得等"
        ),
        "wait on word" => slept(event),
        "wake" if !somebody_sleeps(before, call) => say!("nobody does", "没有进程睡在那里"),
        "load" => say!("it is {}", "是 {}", stood(call)),
        "load wide" => say!("they are {}", "是 {}", stood(call)),
        "store" | "add" => say!("it was {}", "原来是 {}", stood(call)),
        "store wide" => say!("they were {}", "原来是 {}", stood(call)),
        "discard" => say!("all of it reads as zeros now", "那里从此读到的都是零"),
        _ => Sentence::default(),
    }
}

fn slept(event: &Event<'_>) -> Sentence {
    let asleep = event.call.word.as_ref().is_some_and(|word| word.asleep);
    match event.answer {
        None => say!("it falls asleep", "它睡着了"),
        Some(_) if asleep => say!("it was woken", "它被唤醒了"),
        Some(_) => say!(
            "the word there has changed already, so it does not sleep",
            "那里的字已经变了，它不必睡"
        ),
    }
}

fn somebody_sleeps(view: &View, wake: &CallView) -> bool {
    let at = wake.part.as_ref().map(|part| (part.region, part.offset));
    view.processes.values().any(|process| {
        let word = process.call.as_ref().and_then(|call| call.word.as_ref());
        process.state == State::Waiting
            && word.is_some_and(|word| word.asleep && Some((word.region, word.offset)) == at)
    })
}

/// Where in which region; a call has one place.
fn place(call: &CallView) -> Sentence {
    let lock = call.lock.as_ref().map(|lock| (lock.region, lock.offset));
    let word = call.word.as_ref().map(|word| (word.region, word.offset));
    let part = call.part.as_ref().map(|part| (part.region, part.offset));
    let (region, offset) = lock.or(word).or(part).unwrap_or_default();
    if let Some(of) = queues::part(call) {
        return say!(
            "{} at byte {}",
            "{}第 {} 字节处",
            queues::queue(&of.name),
            offset
        );
    }
    say!(
        "shared region {} at byte {}",
        "共享区 {} 第 {} 字节处",
        region,
        offset
    )
}

fn room(call: &CallView) -> Sentence {
    bytes(u64::from(call.bytes.unwrap_or(0)))
}

fn brought(call: &CallView) -> Sentence {
    words(call.part.as_ref().map_or(&[], |part| &part.brings))
}

fn stood(call: &CallView) -> Sentence {
    words(call.part.as_ref().map_or(&[], |part| &part.stands))
}

fn words(all: &[u32]) -> Sentence {
    let all: Vec<_> = all.iter().map(|word| say!("{}", "{}", *word)).collect();
    list(&all)
}
