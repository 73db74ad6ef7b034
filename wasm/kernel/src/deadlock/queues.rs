//! Who waits at a queue: what would help, who could do it, and what to change.

use super::advice::waits_to_end;
use super::{Holder, Waiter, WaitsFor, at, named, who_or_itself};
use crate::sentence::{Sentence, join, say, who};
use crate::view::{Awaited, View};

/// What the others could do for who waits for this.
pub(super) fn role(what: Awaited) -> &'static str {
    match what {
        Awaited::Item => "puts",
        Awaited::Room => "gets",
        Awaited::Tasks => "finishes",
    }
}

/// What would help, and who could; nothing if it is not a queue that it waits at.
pub(super) fn needs(view: &View, pid: i32, what: &WaitsFor) -> Option<Sentence> {
    let help = match what.role.as_str() {
        "puts" => say!("somebody puts an item", "有进程放入一项"),
        "gets" => say!("somebody gets an item", "有进程取走一项"),
        "finishes" => say!(
            "task_done was called for every item",
            "对每一项都调用过 task_done"
        ),
        _ => return None,
    };
    let holders = what.holders.iter().map(|holder| held(view, pid, holder));
    let holders: Vec<_> = holders.collect();
    let queue = named(view, &what.object);
    Some(say!(
        "It goes on when {0}, when somebody closes the queue, or when every other process that holds {1} has ended, left it, or waits at it. It is held by: {2}.",
        "要等到{0}，或者有进程关闭这个队列，或者别的拿着{1}的进程都已结束、离开它或者也在等它，它才能继续。拿着它的是：{2}。",
        help,
        queue,
        join(&holders, "; ", "；")
    ))
}

/// A holder, and since when.
fn held(view: &View, subject: i32, holder: &Holder) -> Sentence {
    let whose = who_or_itself(view, holder.pid, subject);
    let place = at(holder.file.as_deref(), holder.line);
    match holder.inherited_at {
        Some(step) => say!(
            "{} since the fork of step {}{}",
            "{}，自第 {} 步 fork 起{}",
            whose,
            step,
            place
        ),
        None => say!(
            "{} since step {}{}",
            "{}，自第 {} 步起{}",
            whose,
            holder.made_at,
            place
        ),
    }
}

/// What each holder would have to do before it waits for something else.
pub(super) fn advice(
    view: &View,
    all: &[Waiter],
    waiter: &Waiter,
    what: &WaitsFor,
) -> Vec<Sentence> {
    let queue = named(view, &what.object);
    let Some(deed) = deed(&what.role, &queue) else {
        return Vec::new();
    };
    let process = view.processes.get(&waiter.pid);
    let watches = process.and_then(|process| process.call.as_ref());
    let waits_for_more = watches.is_some_and(|call| call.watches.len() > 1);
    let holders = what.holders.iter();
    // Who waits for something else too keeps its own handle, and is right to.
    let holders = holders.filter(|holder| holder.pid != waiter.pid || !waits_for_more);
    let said = holders.map(|holder| {
        let whose = who(view, holder.pid);
        if holder.pid == waiter.pid {
            return say!(
                "let {} drop its other handles of {}: as long as it holds it itself, it is not told that nobody else is left.",
                "让{0}放弃它的另一个{1}句柄：只要它自己还拿着这个队列，就得不到“没有别人了”的通知。",
                whose,
                queue.clone()
            );
        }
        if let Some(ends) = served_and_awaited(all, holder.pid, what) {
            return before_the_end(view, ends, what, &whose, &deed);
        }
        match other_deed(view, all, holder.pid) {
            Some(other) => say!(
                "let {0} {1} before it {2}, or close {3}, or leave it (Queue::leave) where it is not used.",
                "让{0}先{1}，再{2}；或者关闭{3}，或者在不用它的地方离开它（Queue::leave）。",
                whose,
                deed.clone(),
                other,
                queue.clone()
            ),
            None => say!(
                "let {0} {1}, or close {2}, or leave it (Queue::leave) where it is not used.",
                "让{0}{1}，或者关闭{2}，或者在不用它的地方离开它（Queue::leave）。",
                whose,
                deed.clone(),
                queue.clone()
            ),
        }
    });
    said.collect()
}

/// Of those who wait for this, the first whose end the holder waits for.
fn served_and_awaited<'a>(all: &'a [Waiter], holder: i32, what: &WaitsFor) -> Option<&'a Waiter> {
    let is_it = |other: &WaitsFor| other.object == what.object && other.role == what.role;
    let mut served = all
        .iter()
        .filter(|waiter| waiter.waits_for.iter().any(is_it));
    served.find(|waiter| waits_to_end(all, holder, waiter.pid))
}

/// The holder waits for the end of one who waits for it.
fn before_the_end(
    view: &View,
    waiter: &Waiter,
    what: &WaitsFor,
    whose: &Sentence,
    deed: &Sentence,
) -> Sentence {
    let ends = who(view, waiter.pid);
    match what.role.as_str() {
        "puts" => say!(
            "let {0} close {1}, or leave it (Queue::leave), before it waits for {2} to end.",
            "让{0}先关闭{1}，或者离开它（Queue::leave），再等{2}结束。",
            whose.clone(),
            named(view, &what.object),
            ends
        ),
        _ => say!(
            "let {0} {1} before it waits for {2} to end.",
            "让{0}先{1}，再等{2}结束。",
            whose.clone(),
            deed.clone(),
            ends
        ),
    }
}

/// In the infinitive.
fn deed(role: &str, queue: &Sentence) -> Option<Sentence> {
    let queue = queue.clone();
    Some(match role {
        "puts" => say!("put into {}", "向{}放入", queue),
        "gets" => say!("get from {}", "从{}取出", queue),
        "finishes" => say!(
            "call task_done for what it got from {}",
            "对从{}取出的每一项调用 task_done",
            queue
        ),
        _ => return None,
    })
}

/// What a process is about to do at a queue where it waits: "gets from queue B".
fn other_deed(view: &View, all: &[Waiter], pid: i32) -> Option<Sentence> {
    let waiter = all.iter().find(|waiter| waiter.pid == pid)?;
    let mut deeds = waiter.waits_for.iter().filter_map(|what| {
        let queue = named(view, &what.object);
        match what.role.as_str() {
            "puts" => Some(say!("gets from {}", "从{}取出", queue)),
            "gets" => Some(say!("puts into {}", "向{}放入", queue)),
            "finishes" => Some(say!("joins {}", "等{}的任务全部完成", queue)),
            _ => None,
        }
    });
    deeds.next()
}
