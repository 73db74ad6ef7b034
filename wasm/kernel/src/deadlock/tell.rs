//! A waiting process, and the circle, in words.

use super::{Holder, Waiter, WaitsFor, at, is_channel, named, queues, sentences, who_or_itself};
use crate::sentence::{self, Sentence, join, say, who};
use crate::view::View;

/// Everything about a waiting process: what it stands at, who could help, and since when they hold what they hold.
pub(super) fn waiter(view: &View, waiter: &Waiter) -> Sentence {
    let wish = view.processes.get(&waiter.pid);
    let wish = wish
        .and_then(|process| process.waits_for.clone())
        .unwrap_or_default();
    let place = at(waiter.file.as_deref(), waiter.line);
    let mut said = vec![say!(
        "{}{} {}.",
        "{}{}{}。",
        who(view, waiter.pid),
        place,
        wish
    )];
    said.extend(
        waiter
            .waits_for
            .iter()
            .map(|what| needs(view, waiter.pid, what)),
    );
    sentences(said)
}

/// Where a process was stopped.
pub(super) fn stopped(view: &View, stopped: &Waiter) -> Sentence {
    let process = view.processes.get(&stopped.pid);
    let how = process
        .and_then(|process| sentence::stopped(view, process))
        .unwrap_or_default();
    let place = at(stopped.file.as_deref(), stopped.line);
    say!("{}{} {}.", "{}{}{}。", who(view, stopped.pid), place, how)
}

fn needs(view: &View, pid: i32, what: &WaitsFor) -> Sentence {
    if let Some(said) = queues::needs(view, pid, what) {
        return said;
    }
    let holders: Vec<_> = what
        .holders
        .iter()
        .map(|holder| held(view, pid, holder))
        .collect();
    let holders = join(&holders, "; ", "；");
    let object = named(view, &what.object);
    match what.role.as_str() {
        "writes" if is_channel(view, &what.object) => say!(
            "It goes on when somebody writes into the other side of {}, or when nobody holds that side any more. It is held by: {}.",
            "要等到有进程在{}的对端写入，或者再没有进程拿着对端，它才能继续。拿着对端的是：{}。",
            object,
            holders
        ),
        "writes" => say!(
            "It goes on when somebody writes into {0}, or when every writing end of {0} is closed. A writing end is held by: {1}.",
            "要等到有进程向{0}写入，或者{0}的写端全部关闭，它才能继续。拿着写端的是：{1}。",
            object,
            holders
        ),
        "reads" => say!(
            "It goes on when somebody reads from {}. That could be done by: {}.",
            "要等到有进程读走{}里的数据，它才能继续。能读的是：{}。",
            object,
            holders
        ),
        "unlocks" => say!(
            "It goes on when the lock is released by: {}.",
            "要等到这个进程放开锁，它才能继续：{}。",
            holders
        ),
        "wakes" if what.holders.is_empty() => say!(
            "Nobody else shares that memory any more, so nobody can wake it.",
            "没有别的进程还共享这块内存，没有谁能唤醒它。"
        ),
        "wakes" => say!(
            "It goes on when somebody who shares that memory wakes it: {}.",
            "要等到共享这块内存的进程来唤醒它：{}。",
            holders
        ),
        _ => Sentence::default(),
    }
}

/// A holder with its descriptor and where that came from.
fn held(view: &View, subject: i32, holder: &Holder) -> Sentence {
    let whose = who_or_itself(view, holder.pid, subject);
    let Some(fd) = holder.fd else {
        return whose;
    };
    let place = at(holder.file.as_deref(), holder.line);
    match holder.inherited_at {
        Some(step) => say!(
            "{} as descriptor {}, inherited at the fork of step {}{}",
            "{}，描述符 {}，在第 {} 步 fork 时继承{}",
            whose,
            fd,
            step,
            place
        ),
        None => say!(
            "{} as descriptor {}, made at step {}{}",
            "{}，描述符 {}，在第 {} 步创建{}",
            whose,
            fd,
            holder.made_at,
            place
        ),
    }
}

/// The circle in a sentence.
pub(super) fn circle(view: &View, cycle: &[i32]) -> Option<Sentence> {
    match cycle {
        [] => None,
        [alone] => Some(say!(
            "{} waits for itself: even if the others did everything right, it would wait for ever.",
            "{}在等它自己：就算别的进程都做对了，它也会永远等下去。",
            who(view, *alone)
        )),
        [first, rest @ ..] => {
            let rest: Vec<_> = rest
                .iter()
                .chain([first])
                .map(|pid| who(view, *pid))
                .collect();
            let way = join(&rest, ", which waits for ", "在等");
            Some(say!(
                "They wait in a circle: {} waits for {1}.",
                "它们互相等待，成了一圈：{}在等{}。",
                who(view, *first),
                chain(&rest, &way)
            ))
        }
    }
}

fn chain(rest: &[Sentence], way: &Sentence) -> Sentence {
    let between: Vec<_> = rest.iter().map(|name| name.zh.as_str()).collect();
    Sentence {
        en: way.en.clone(),
        zh: between.join("，后者在等"),
    }
}
