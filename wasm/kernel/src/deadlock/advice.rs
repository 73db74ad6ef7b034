//! What to change in the program.

use super::{Holder, Waiter, WaitsFor, is_channel, named, queues};
use crate::sentence::{Sentence, is_stopped, say, who};
use crate::view::View;

/// What would have kept each process from waiting, each thing once, the surest first.
pub(super) fn for_all(view: &View, waiters: &[Waiter]) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    for waiter in waiters {
        for what in &waiter.waits_for {
            for advice in for_one(view, waiters, waiter, what) {
                if !all.contains(&advice) {
                    all.push(advice);
                }
            }
        }
    }
    all
}

fn for_one(view: &View, all: &[Waiter], waiter: &Waiter, what: &WaitsFor) -> Vec<Sentence> {
    let holders = what.holders.iter().cloned();
    let (stopped, able): (Vec<_>, Vec<_>) = holders.partition(|one| is_stopped(view, one.pid));
    if stopped.is_empty() {
        return to_serve(view, all, waiter, what);
    }
    let mut advice = vec![to_wait_with_a_timeout(view, waiter)];
    if !able.is_empty() {
        let what = WaitsFor {
            holders: able,
            ..what.clone()
        };
        advice.extend(to_serve(view, all, waiter, &what));
    }
    advice
}

/// Nothing that the stopped one could do differently would help.
fn to_wait_with_a_timeout(view: &View, waiter: &Waiter) -> Sentence {
    say!(
        "let {} wait with a timeout: a stopped process neither does its part nor ends.",
        "让{}等待时设一个时限：被停住的进程既不会做它该做的事，也不会结束。",
        who(view, waiter.pid)
    )
}

fn to_serve(view: &View, all: &[Waiter], waiter: &Waiter, what: &WaitsFor) -> Vec<Sentence> {
    match what.role.as_str() {
        "writes" if is_channel(view, &what.object) => to_talk_in_turn(view, waiter, what),
        "writes" => to_close_writers(view, all, waiter, what),
        "reads" => to_read_first(view, all, waiter, what),
        _ => queues::advice(view, all, waiter, what),
    }
}

/// Every writing end that is left open in a process that writes no more.
fn to_close_writers(
    view: &View,
    all: &[Waiter],
    waiter: &Waiter,
    what: &WaitsFor,
) -> Vec<Sentence> {
    let reader = who(view, waiter.pid);
    let mut advice = Vec::new();
    for holder in &what.holders {
        let Some(fd) = holder.fd else { continue };
        let whose = who(view, holder.pid);
        let object = named(view, &what.object);
        advice.push(if holder.pid == waiter.pid {
            say!(
                "close descriptor {} (the writing end of {}) in {} before it reads there.",
                "在{2}里，先关闭描述符 {0}（{1}的写端），再去读。",
                fd,
                object,
                whose
            )
        } else if waits_to_end(all, holder.pid, waiter.pid) {
            say!(
                "close descriptor {} (the writing end of {}) in {} before it waits for {} to end.",
                "在{2}里，先关闭描述符 {0}（{1}的写端），再等{3}结束。",
                fd,
                object,
                whose,
                reader
            )
        } else {
            say!(
                "close descriptor {} (the writing end of {}) in {} as soon as it has nothing more to write there.",
                "在{2}里，一旦不再写入，就关闭描述符 {0}（{1}的写端）。",
                fd,
                object,
                whose
            )
        });
    }
    advice
}

/// Somebody writes, and those who could read do something else.
fn to_read_first(view: &View, all: &[Waiter], waiter: &Waiter, what: &WaitsFor) -> Vec<Sentence> {
    let writer = who(view, waiter.pid);
    let object = named(view, &what.object);
    let others: Vec<&Holder> = what
        .holders
        .iter()
        .filter(|h| h.pid != waiter.pid)
        .collect();
    if others.is_empty() {
        return vec![say!(
            "let another process read {1} while {0} writes: alone it can only write what fits in.",
            "让别的进程在{}写入时读{}：只有它自己时，只能写入放得下的那么多。",
            writer,
            object
        )];
    }
    let advice = others.into_iter().map(|holder| {
        let reader = who(view, holder.pid);
        if waits_to_end(all, holder.pid, waiter.pid) {
            say!(
                "let {0} read {2} to its end before it waits for {1} to end.",
                "让{0}先把{1}写入{2}的数据读完，再等它结束。",
                reader,
                writer,
                object
            )
        } else if writes(all, holder.pid) {
            // The pair is named in one order, so that the advice for either is the same.
            let one = who(view, waiter.pid.min(holder.pid));
            let other = who(view, waiter.pid.max(holder.pid));
            say!(
                "let one of {} and {} read first: both write more than fits in, and neither reads.",
                "让{}和{}中的一个先读：两个都写得太多，谁也不读。",
                one,
                other
            )
        } else {
            say!(
                "let {} read {} before it waits for something else.",
                "让{}先读{}，再去等别的。",
                reader,
                object
            )
        }
    });
    advice.collect()
}

/// Both sides of a channel wait for the other's message.
fn to_talk_in_turn(view: &View, waiter: &Waiter, what: &WaitsFor) -> Vec<Sentence> {
    let object = named(view, &what.object);
    let own = what.holders.iter().find(|holder| holder.pid == waiter.pid);
    if let Some((holder, fd)) = own.and_then(|holder| Some((holder, holder.fd?))) {
        return vec![say!(
            "close descriptor {} (the other side of {}) in {} before it reads there.",
            "在{2}里，先关闭描述符 {0}（{1}的另一端），再去读。",
            fd,
            object,
            who(view, holder.pid)
        )];
    }
    vec![say!(
        "let those who share {} agree on who writes first, and let each close its side when it is done.",
        "让共用{}的进程约定好谁先写，并且各自用完就关闭自己的一端。",
        object
    )]
}

pub(super) fn waits_to_end(all: &[Waiter], pid: i32, child: i32) -> bool {
    let mut waiters = all.iter().filter(|waiter| waiter.pid == pid);
    waiters.any(|waiter| {
        let mut ends = waiter.waits_for.iter().filter(|what| what.role == "ends");
        ends.any(|what| what.holders.iter().any(|holder| holder.pid == child))
    })
}

fn writes(all: &[Waiter], pid: i32) -> bool {
    let mut waiters = all.iter().filter(|waiter| waiter.pid == pid);
    waiters.any(|waiter| waiter.waits_for.iter().any(|what| what.role == "reads"))
}
