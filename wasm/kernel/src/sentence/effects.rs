//! What a step meant for the others, and whether its process waits now.

use super::calls::held;
use super::deeds::end_name;
use super::words::{ended, has_ended, list, object};
use super::{Act, Event, Sentence, queues, say, who};
use crate::view::{
    Awaited, CallView, Kind, ObjectView, ProcessView, QueuePart, Role, State, Status, View,
};

/// Whole sentences about what followed; empty if nothing did.
pub(super) fn followed(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let mut said = own_end(before, after, event);
    said.add(queues::followed(before, after, event));
    said.add(closed(before, after, event));
    said.add(others_still_hold(before, after, event));
    for old in before.objects.values() {
        said.add(last_ends(before, after, old));
    }
    said.add(gone_empty(before, after));
    for process in after.processes.values().filter(|p| p.pid != event.pid) {
        if let Some(old) = before.processes.get(&process.pid) {
            said.add(death(after, old, process, event));
            said.add(adoption(after, old, process));
        }
    }
    said.add(released(before, after, event));
    said.add(wait_now(before, after, event));
    said
}

fn ends_now(before: &View, after: &View, event: &Event<'_>) -> bool {
    !has_ended(before, event.pid) && has_ended(after, event.pid)
}

/// The process of the step ended, though its call was no exit: it panicked, crashed, or computed without end.
fn own_end(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    if !ends_now(before, after, event) || event.act == Act::Kill || event.call.name == "exit" {
        return Sentence::default();
    }
    let how = after
        .processes
        .get(&event.pid)
        .and_then(|p| p.status.as_ref());
    match how {
        // What Rust's runtime does at a panic.
        Some(Status::Exited { code: 101 }) => say!(
            "It panicked, and ends with exit code 101.",
            "它发生了 panic，以退出码 101 结束。"
        ),
        Some(Status::Signaled { name, .. }) if name == "SIGXCPU" => say!(
            "Then it computes for too long without a call, and is ended by SIGXCPU.",
            "随后它一直计算而不再调用系统，被 SIGXCPU 终止。"
        ),
        Some(Status::Signaled { name, .. }) => {
            say!("Then it crashes: {}.", "随后它崩溃：{}。", name.as_str())
        }
        Some(how) => say!("Then it {}.", "随后它{}。", ended(how)),
        None => Sentence::default(),
    }
}

/// What an exit, or a kill, closes.
fn closed(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    const MOST_NAMED: usize = 4;
    if !ends_now(before, after, event) {
        return Sentence::default();
    }
    let process = before.processes.get(&event.pid);
    let descriptors = process.map_or(&[][..], |process| &process.descriptors);
    let ends = descriptors.iter().filter(|d| d.fd > 2);
    let ends: Vec<_> = ends.filter(|d| !queues::is_part(before, d)).collect();
    let left = queues::of_descriptors(before, descriptors);
    let named: Vec<_> = ends.iter().map(|d| held(before, event.pid, d)).collect();
    let mut said = match ends.len() {
        0 => Sentence::default(),
        1 => say!(
            "That closes its descriptor {}.",
            "它的描述符 {} 随之关闭。",
            list(&named)
        ),
        2..=MOST_NAMED => {
            say!(
                "That closes its descriptors {}.",
                "它的描述符 {} 随之关闭。",
                list(&named)
            )
        }
        many => say!(
            "That closes its {} descriptors.",
            "它的 {} 个描述符随之关闭。",
            many
        ),
    };
    if !left.is_empty() {
        said.add(say!("It leaves {}.", "它离开{}。", list(&left)));
    }
    said
}

/// Who keeps open what was closed, or laid down.
fn others_still_hold(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let fd = event.call.fd.unwrap_or(-1);
    let closed = match event.call.name.as_str() {
        "close" | "fd_close" => after.descriptor(event.pid, fd).is_none(),
        "lay down" => event.answer == Some(0),
        _ => false,
    };
    let Some((descriptor, Some(leads_to))) = before.descriptor(event.pid, fd) else {
        return Sentence::default();
    };
    let now = after
        .objects
        .get(&leads_to.name)
        .and_then(|object| object.streams.first());
    let holders = match (descriptor.role, now) {
        (Role::Reads, Some(stream)) if closed => &stream.readers,
        (Role::Writes, Some(stream)) if closed => &stream.writers,
        _ => return Sentence::default(),
    };
    let mut pids: Vec<i32> = holders.iter().map(|end| end.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    let names: Vec<_> = pids.iter().map(|pid| who(after, *pid)).collect();
    let end = end_name(descriptor);
    match names.len() {
        0 => Sentence::default(),
        // One of the queue's pipes speaks for all.
        _ if queues::is_part(before, descriptor) => match is_bell_for_items(leads_to) {
            true if descriptor.role == Role::Writes => {
                let names = list(&names);
                say!(
                    "The queue is still held by {}.",
                    "还拿着这个队列的是{}。",
                    names
                )
            }
            _ => Sentence::default(),
        },
        1 => say!(
            "{} still holds a {}.",
            "{}还拿着一个{}。",
            list(&names),
            end
        ),
        _ => say!(
            "{} still hold a {} each.",
            "{}都还拿着{}。",
            list(&names),
            end
        ),
    }
}

fn is_bell_for_items(object: &ObjectView) -> bool {
    let part = object.queue.as_ref().map(|of| of.part);
    part == Some(QueuePart::Bell(Awaited::Item))
}

/// The last end of a kind was closed.
fn last_ends(before: &View, after: &View, old: &ObjectView) -> Sentence {
    let Some(new) = after.objects.get(&old.name) else {
        return gone(before, old);
    };
    let mut said = Sentence::default();
    if let Some(of) = &old.queue {
        let held = |object: &ObjectView| object.streams.iter().any(|s| !s.writers.is_empty());
        return match is_bell_for_items(old) && held(old) && !held(new) {
            true => say!(
                "Nobody holds {} any more, except who waits at it.",
                "除了在等它的进程，再没有进程拿着{}。",
                queues::queue(&of.name)
            ),
            false => said,
        };
    }
    for (side, (stream, now)) in old.streams.iter().zip(&new.streams).enumerate() {
        let what = object(before, old);
        let writers_gone = !stream.writers.is_empty() && now.writers.is_empty();
        let readers_gone = !stream.readers.is_empty() && now.readers.is_empty();
        said.add(match (old.kind, writers_gone, readers_gone) {
            (Kind::Pipe, true, false) if now.bytes == 0 => say!(
                "Nobody can write into {} any more: whoever reads there finds end-of-file.",
                "再也没有进程能向{}写入：读它的进程会读到末尾（EOF）。",
                what
            ),
            (Kind::Pipe, true, false) => say!(
                "Nobody can write into {} any more: whoever reads there finds end-of-file after what still lies there.",
                "再也没有进程能向{}写入：读完里面剩下的数据，就会读到末尾（EOF）。",
                what
            ),
            (Kind::Pipe, false, true) => say!(
                "Nobody can read from {} any more: whoever writes there gets EPIPE.",
                "再也没有进程能从{}读取：向它写入会得到 EPIPE。",
                what
            ),
            (Kind::Channel, true, _) => say!(
                "Nobody holds side {1} of {0} any more: at the other side, reading finds the end and writing gets EPIPE.",
                "再也没有进程拿着{}的第 {} 端：在另一端，读会到末尾，写会得到 EPIPE。",
                what,
                side
            ),
            _ => Sentence::default(),
        });
    }
    said
}

fn gone(before: &View, old: &ObjectView) -> Sentence {
    let lost: u64 = old.streams.iter().map(|stream| stream.bytes).sum();
    if lost > 0 && old.queue.is_none() {
        return say!(
            "That was the last end of {}: the {} that nobody read are lost.",
            "这是{}的最后一端：没有读走的 {} 丢失了。",
            object(before, old),
            super::words::bytes(lost)
        );
    }
    Sentence::default()
}

/// Objects that nobody holds any more, and that held nothing.
fn gone_empty(before: &View, after: &View) -> Sentence {
    let gone = before.objects.values().filter(|old| {
        let empty = old.streams.iter().all(|stream| stream.bytes == 0);
        match &old.queue {
            // It goes with the last of its pipes.
            Some(of) => !after.objects.values().any(|left| {
                left.queue
                    .as_ref()
                    .is_some_and(|queue| queue.name == of.name)
            }),
            None => old.kind != Kind::Process && empty && !after.objects.contains_key(&old.name),
        }
    });
    let mut gone: Vec<_> = gone.map(|old| object(before, old)).collect();
    gone.dedup();
    match gone.len() {
        0 => Sentence::default(),
        1 => say!(
            "With that, {} is gone.",
            "这样，{}就不复存在了。",
            list(&gone)
        ),
        _ => say!(
            "With that, {} are gone.",
            "这样，{}就都不复存在了。",
            list(&gone)
        ),
    }
}

fn death(after: &View, old: &ProcessView, new: &ProcessView, event: &Event<'_>) -> Sentence {
    let died = matches!(new.state, State::Ended | State::Reaped)
        && !matches!(old.state, State::Ended | State::Reaped);
    let struck = event.call.name == "kill" && event.call.pid == Some(new.pid);
    match &new.status {
        Some(how) if died && !struck => {
            say!("{} {} too.", "{}也{}。", who(after, new.pid), ended(how))
        }
        _ => Sentence::default(),
    }
}

fn adoption(after: &View, old: &ProcessView, new: &ProcessView) -> Sentence {
    if old.parent == new.parent || has_ended(after, new.pid) {
        return Sentence::default();
    }
    say!(
        "{} has lost its parent: its parent is now {}.",
        "{}失去了父进程：现在由{}收养。",
        who(after, new.pid),
        who(after, new.parent)
    )
}

/// Those that waited and can go on.
fn released(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let free = after.processes.values().filter(|new| {
        let old = before.processes.get(&new.pid);
        new.pid != event.pid
            && new.state == State::Ready
            && old.is_some_and(|old| old.state == State::Waiting)
    });
    let names: Vec<_> = free.map(|process| who(after, process.pid)).collect();
    match names.len() {
        0 => Sentence::default(),
        1 => say!(
            "{}, which waited, can go on.",
            "等待中的{}可以继续了。",
            list(&names)
        ),
        _ => say!(
            "{}, which waited, can go on.",
            "等待中的{}都可以继续了。",
            list(&names)
        ),
    }
}

/// The process of the step waits now; and so do others, if it took what they wanted.
fn wait_now(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    const MOST_NAMED: usize = 3;
    let own = after.processes.get(&event.pid);
    let mut said = own.map_or_else(Sentence::default, |process| waits_now(after, process));
    let waited = |pid: &i32| {
        let old = before.processes.get(pid);
        old.is_none_or(|old| old.state == State::Waiting)
    };
    let others = after
        .processes
        .values()
        .filter(|new| new.pid != event.pid && !waited(&new.pid));
    let others = others.filter_map(|new| Some((new, super::waits_for(after, new)?)));
    let others: Vec<_> = others.collect();
    let named = if others.len() > MOST_NAMED {
        MOST_NAMED - 1
    } else {
        others.len()
    };
    for (process, wish) in &others[..named] {
        let name = who(after, process.pid);
        said.add(say!(
            "{} {}; so it has to wait.",
            "{}{}，只好等待。",
            name,
            wish.clone()
        ));
    }
    match others.len() - named {
        0 => {}
        more => said.add(say!(
            "{} more have to wait.",
            "另外还有 {} 个进程只好等待。",
            more
        )),
    }
    said
}

fn waits_now(after: &View, process: &ProcessView) -> Sentence {
    let Some(wish) = super::waits_for(after, process) else {
        return Sentence::default();
    };
    if process
        .call
        .as_ref()
        .is_some_and(|call| call.word.is_some())
    {
        // To fall asleep was the step itself.
        return Sentence::default();
    }
    let sleeps = process.call.as_ref().is_some_and(CallView::is_sleep);
    if sleeps || after.awaited(process.pid).is_some() {
        return say!("Now it {}.", "现在它{}。", wish);
    }
    say!("Now it {}; so it waits.", "现在它{}，只好等待。", wish)
}
