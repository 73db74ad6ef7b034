//! A step in a few words, for pictures with little room: "write A 8 B", "read A: end-of-file", "exit 0".
//!
//! The whole sentence stands in the trace; these words only remind of it.

use forktalk_abi::{Errno, Signal};
use forktalk_explore::trace::Step;
use forktalk_kernel::view::{
    Awaited, CallView, DescriptorView, Kind, LockView, OfQueue, ProcessView, QueuePart, Role, View,
};

use super::arrow::{count, stands_at, taken};
use super::story::ending;

/// So much of a printed text is shown.
const TEXT_CHARACTERS: usize = 40;

/// What a step did.
pub(super) fn step(before: &View, after: &View, step: &Step) -> String {
    let unseen = CallView {
        name: step.call.clone(),
        ..CallView::default()
    };
    let call = stands_at(before, step).unwrap_or(&unseen);
    let passed = passed_queues(before, step);
    let deed = || deed(before, step.pid, call);
    match step.choice.as_str() {
        "kill" => return format!("SIGKILL before {}", deed()),
        "timeout" if call.is_sleep() => return deed(),
        "timeout" => return format!("{}: time is up", deed()),
        "go" => {}
        // A choice that is newer than these words.
        other => return format!("{other}: {}", deed()),
    }
    let mut label = match step.output.as_ref() {
        Some(printed) => format!("print {}", quoted(&printed.text)),
        None => passed.unwrap_or_else(|| outcome(before, after, step, call, deed())),
    };
    if let Some(end) = sudden_end(before, after, step) {
        label.push_str(", ");
        label.push_str(&end);
    }
    label
}

/// What a process waits for.
pub(super) fn wish(view: &View, process: &ProcessView) -> String {
    let Some(call) = &process.call else {
        return "waits".to_owned();
    };
    match view.awaited(process.pid) {
        _ if call.is_sleep() => "sleeps ".to_owned() + &until(call),
        Some((queue, Awaited::Item)) => format!("waits for an item of queue {queue}"),
        Some((queue, Awaited::Room)) => format!("waits for room in queue {queue}"),
        Some((queue, Awaited::Tasks)) => format!("waits for the tasks of queue {queue}"),
        None if call.name == "wait" => {
            deed(view, process.pid, call).replacen("wait", "waits for", 1)
        }
        None => format!("waits: {}", deed(view, process.pid, call)),
    }
}

/// What a process is about to do.
pub(super) fn next(view: &View, process: &ProcessView) -> String {
    process
        .call
        .as_ref()
        .map_or_else(String::new, |call| deed(view, process.pid, call))
}

fn deed(view: &View, pid: i32, call: &CallView) -> String {
    let whom = |pid: i32| who(view, pid);
    if let Some(fd) = call.fd {
        return with_descriptor(view, pid, call, fd);
    }
    match (call.name.as_str(), call.pid) {
        ("begin", _) => "starts".to_owned(),
        ("poll" | "sleep", _) if call.is_sleep() => "sleep ".to_owned() + &until(call),
        ("poll", _) => format!("poll {}", watched(view, pid, call)),
        ("exit", _) => format!("exit {}", call.code.unwrap_or(0)),
        ("wait", Some(child)) if call.block == Some(false) => format!("look at {}", whom(child)),
        ("wait", Some(child)) => format!("wait {}", whom(child)),
        ("kill", Some(other)) => {
            let signal = Signal(call.signal.unwrap_or(0));
            format!("{signal} to {}", whom(other))
        }
        ("open process", Some(child)) => format!("watch {}", whom(child)),
        ("die with parent", Some(parent)) => format!("die with {}", whom(parent)),
        (name, _) => with_memory(name, call),
    }
}

/// A process, as people name it.
pub(super) fn who(view: &View, pid: i32) -> String {
    match view.processes.get(&pid) {
        Some(process) => format!("{} ({pid})", process.name),
        None => format!("process {pid}"),
    }
}

fn with_descriptor(view: &View, pid: i32, call: &CallView, fd: i32) -> String {
    let found = view.descriptor(pid, fd);
    let queue = found
        .and_then(|(_, object)| object?.queue.as_ref())
        .map(|of| format!("queue {}", of.name));
    let place = match found {
        Some((descriptor, _)) => queue.clone().unwrap_or_else(|| descriptor.object.clone()),
        None => format!("descriptor {fd}, not open"),
    };
    let bytes = || call.bytes.unwrap_or(0);
    match call.name.as_str() {
        "read" | "fd_read" if queue.is_some() => format!("clear wake of {place}"),
        "write" if queue.is_some() => format!("wake {place}"),
        "read" | "fd_read" => format!("read {place}"),
        "print" => format!("print {} B", bytes()),
        "write" | "fd_write" => format!("write {place} {} B", bytes()),
        "set capacity" => format!("room for {} B in {place}", bytes()),
        "close" | "fd_close" => match found {
            Some((descriptor, Some(_))) if queue.is_none() => {
                format!("close {place}{}", end_name(descriptor))
            }
            _ => format!("close {place}"),
        },
        name => format!("{name} {place}"),
    }
}

fn end_name(descriptor: &DescriptorView) -> String {
    match descriptor.role {
        Role::Reads => ", reading end".to_owned(),
        Role::Writes => ", writing end".to_owned(),
        Role::Both => format!(", side {}", descriptor.side),
        Role::Watches => String::new(),
    }
}

fn watched(view: &View, pid: i32, call: &CallView) -> String {
    let mut names: Vec<String> = Vec::new();
    for watch in &call.watches {
        let name = match view.descriptor(pid, watch.fd) {
            Some((_, Some(object))) => match (&object.queue, object.kind, object.pid) {
                (Some(of), _, _) => format!("queue {}", of.name),
                (None, Kind::Process, Some(pid)) => format!("end of {}", who(view, pid)),
                _ => object.name.clone(),
            },
            Some((descriptor, None)) => descriptor.object.clone(),
            None => format!("descriptor {}", watch.fd),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// A call about shared memory, or one without anything beside its name.
fn with_memory(name: &str, call: &CallView) -> String {
    let part = call.part.as_ref();
    let word = call.word.as_ref();
    let queue = match (&call.lock, word, part) {
        (Some(lock), _, _) => return with_lock(name, lock),
        (_, Some(word), _) => word.queue.as_ref(),
        (_, _, Some(part)) => part.queue.as_ref(),
        _ => return name.to_owned(),
    };
    let place = word.map(|word| (word.region, word.offset));
    let place = place.or(part.map(|part| (part.region, part.offset)));
    let verb = match name {
        "wait on word" => "sleep",
        other => other,
    };
    match (queue, place) {
        (Some(of), _) => format!("{verb} at queue {}", of.name),
        (None, Some((region, offset))) => format!("{verb} at {region}+{offset}"),
        (None, None) => verb.to_owned(),
    }
}

fn with_lock(name: &str, lock: &LockView) -> String {
    let side = match &lock.queue {
        Some(OfQueue { name: queue, part }) => match part {
            QueuePart::Putting => format!("putting side of queue {queue}"),
            QueuePart::Getting => format!("getting side of queue {queue}"),
            QueuePart::Tasks => format!("tasks of queue {queue}"),
            QueuePart::First(_) if name == "lock" => return format!("line up at queue {queue}"),
            _ => format!("queue {queue}"),
        },
        None => format!("{}+{}", lock.region, lock.offset),
    };
    format!("{name} {side}")
}

/// What was put into queues and got from them.
fn passed_queues(before: &View, step: &Step) -> Option<String> {
    let mut parts = Vec::new();
    for (name, now) in &step.view.queues {
        let (Some(now), Some(old)) = (now, before.queues.get(name)) else {
            continue;
        };
        let (put, got) = (count(old.put, now.put), count(old.got, now.got));
        if got > 0 {
            parts.push(format!("get {got} from queue {name}"));
        }
        if put > 0 {
            parts.push(format!("put {put} into queue {name}"));
        }
        if now.closed && !old.closed {
            parts.push(format!("close queue {name} for all"));
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What came of a deed.
fn outcome(before: &View, after: &View, step: &Step, call: &CallView, deed: String) -> String {
    let answer = step.answer.unwrap_or(0);
    if answer < 0 {
        return format!("{deed}: {}", Errno::from_raw(-answer).name());
    }
    let own = |child: i32| after.processes.get(&child).map(|process| &process.name);
    match step.call.as_str() {
        "print" | "fd_read" | "fd_write" | "fd_close" | "sleep" | "yield" if answer > 0 => {
            format!("{deed}: error {answer} of WASI")
        }
        "read" | "fd_read" if deed.starts_with("read") && call.bytes != Some(0) => {
            read(before, after, step, &deed)
        }
        "write" | "fd_write" | "print" if step.answer.is_none() => {
            written_partly(after, step, call).unwrap_or(deed)
        }
        "write" if call.fd.is_none() => written_unseen(before, after, step).unwrap_or(deed),
        "wait on word" => match step.answer {
            Some(_) => deed.replacen("sleep", "woken", 1),
            None => deed.replacen("sleep", "fall asleep", 1),
        },
        "poll" if !call.is_sleep() && answer == 0 => format!("{deed}: nothing"),
        "poll" if !call.is_sleep() => format!("{deed}: ready"),
        "pipe" | "channel" => made(before, after, step).unwrap_or(deed),
        "fork" => match own(answer) {
            Some(name) => format!("fork {name} ({answer})"),
            None => deed,
        },
        "wait" if answer == 0 => format!("{deed}: not yet"),
        "wait" => match before
            .processes
            .get(&answer)
            .and_then(|child| child.status.as_ref())
        {
            Some(status) => format!("{deed}: {}", ending(status)),
            None => deed,
        },
        _ => deed,
    }
}

fn read(before: &View, after: &View, step: &Step, deed: &str) -> String {
    match taken(before, after, step) {
        // A step of which only the last call is told.
        Some((object, _, bytes)) if deed == "read" => format!("read {} {bytes} B", object.name),
        Some((_, stream, bytes)) => {
            let mut writers = stream.messages.iter().map(|message| message.from);
            let own = writers.all(|writer| writer == step.pid);
            let own = if own { " of its own" } else { "" };
            format!("{deed} {bytes} B{own}")
        }
        None => format!("{deed}: end-of-file"),
    }
}

/// A write of which a part is done.
fn written_partly(after: &View, step: &Step, call: &CallView) -> Option<String> {
    let now = after.processes.get(&step.pid)?.call.as_ref()?;
    let taken = now.done?.saturating_sub(call.done.unwrap_or(0));
    let (_, object) = after.descriptor(step.pid, now.fd?)?;
    let name = object.map_or("", |object| object.name.as_str());
    Some(format!("write {name} {taken} of {} B", now.bytes?))
}

/// What was written at a step of which only the last call is told: somewhere more lies than before.
fn written_unseen(before: &View, after: &View, step: &Step) -> Option<String> {
    let mut changed = step.view.objects.keys();
    let grown = changed.find_map(|name| {
        let (old, new) = (before.objects.get(name)?, after.objects.get(name)?);
        let mut pairs = old.streams.iter().zip(&new.streams);
        pairs.any(|(old, new)| new.bytes > old.bytes).then_some(new)
    })?;
    Some(match &grown.queue {
        Some(of) => format!("wake queue {}", of.name),
        None => format!("write {} {} B", grown.name, step.answer?),
    })
}

/// The name of what was made.
fn made(before: &View, after: &View, step: &Step) -> Option<String> {
    let process = after.processes.get(&step.pid)?;
    let fresh = process.descriptors.iter().find(|descriptor| {
        before.descriptor(step.pid, descriptor.fd).is_none() && descriptor.object != "stdin"
    })?;
    Some(format!("{} {}", step.call, fresh.object))
}

/// How the process of the step ended, though its call was no exit.
fn sudden_end(before: &View, after: &View, step: &Step) -> Option<String> {
    let was = before.processes.get(&step.pid)?;
    let status = after.processes.get(&step.pid)?.status.as_ref()?;
    (was.status.is_none() && step.call != "exit").then(|| ending(status))
}

/// A reading of the clock, in the unit that suits it.
fn until(call: &CallView) -> String {
    let nanoseconds = call.deadline_ns.unwrap_or(0);
    let (unit, name) = match nanoseconds {
        1_000_000_000.. => (1e9, "s"),
        1_000_000.. => (1e6, "ms"),
        1_000.. => (1e3, "µs"),
        _ => (1.0, "ns"),
    };
    format!("until {} {name}", nanoseconds as f64 / unit)
}

fn quoted(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut shown: String = text.replace('\n', "⏎");
    shown.retain(|letter| !letter.is_control());
    if shown.chars().count() > TEXT_CHARACTERS {
        shown = shown.chars().take(TEXT_CHARACTERS - 1).collect();
        shown.push('…');
    }
    format!("\"{shown}\"")
}
