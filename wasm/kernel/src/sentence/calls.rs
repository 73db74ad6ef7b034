//! What a call did: "child (2) reads from pipe A: 4 bytes of the message that main (1) wrote at step 7".

use super::deeds::{deed, end_name};
use super::errors::meaning;
use super::words::{bytes, end, ended, has_ended, is_stopped, list, quoted, through, time};
use super::{Act, Event, Sentence, join, memory, queues, say, who};
use crate::view::{CallView, DescriptorView, MessageView, Role, StreamView, View, Watch};
use forktalk_abi::Errno;

/// What happened, without its full stop.
pub(super) fn happened(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let actor = who(before, event.pid);
    let deed = deed(before, event.pid, event.call);
    match event.act {
        Act::Kill => {
            let when = struck_when(before, event.pid, event.call);
            return say!(
                "{} is killed (SIGKILL) {}",
                "{}{}被杀死（SIGKILL）",
                actor,
                when
            );
        }
        Act::Stop => {
            let when = struck_when(before, event.pid, event.call);
            return say!(
                "{} is stopped (SIGSTOP) {}, and never goes on",
                "{}{}被停住（SIGSTOP），再也不会继续",
                actor,
                when
            );
        }
        _ => {}
    }
    if let Some(printed) = event.printed {
        let text = quoted(printed);
        return match event.call.fd {
            Some(2) => say!(
                "{} prints {} to standard error",
                "{}向标准错误打印{}",
                actor,
                text
            ),
            _ => say!("{} prints {}", "{}打印{}", actor, text),
        };
    }
    let result = match (event.act, event.answer) {
        (Act::Timeout, _) if event.call.is_sleep() => say!("its time has come", "时间到了"),
        (Act::Timeout, _) => say!(
            "the time is up (the clock says {}), it stops waiting",
            "时限已到（时钟走到 {}），不再等待",
            time(event.now_ns)
        ),
        (Act::Interrupt, _) => say!("a signal interrupts it (EINTR)", "被信号打断（EINTR）"),
        (Act::Fail, Some(answer)) => {
            let error = meaning(Errno::from_raw(-answer));
            say!("an injected fault, {}", "注入的故障，{}", error)
        }
        (_, Some(answer)) if answer > 0 && is_wasi(event.call) => {
            failure(event, crate::stdio::errno_of_wasi(answer))
        }
        (_, Some(answer)) if answer < 0 => failure(event, Errno::from_raw(-answer)),
        (_, answer) => success(before, after, event, answer.unwrap_or(0)),
    };
    if result.en.is_empty() {
        say!("{} {}", "{}{}", actor, deed.done())
    } else {
        say!("{} {}: {}", "{}{}：{}", actor, deed.done(), result)
    }
}

/// Where something strikes a process from outside: "when it is about to read from pipe A".
pub(super) fn struck_when(view: &View, pid: i32, call: &CallView) -> Sentence {
    if call.is_sleep() || call.word.as_ref().is_some_and(|word| word.asleep) {
        return say!("while it sleeps", "睡着时");
    }
    let deed = deed(view, pid, call).bare();
    say!("when it is about to {}", "正要{}时", deed)
}

/// The standard library's calls answer an error number, 0 for success.
fn is_wasi(call: &CallView) -> bool {
    let name = call.name.as_str();
    matches!(
        name,
        "print" | "fd_read" | "fd_write" | "fd_close" | "sleep" | "yield"
    )
}

fn failure(event: &Event<'_>, errno: Errno) -> Sentence {
    match (event.call.name.as_str(), errno) {
        ("read", Errno::CONNRESET) => say!(
            "error ECONNRESET, the other side was closed while bytes that it had not read still waited for it",
            "出错 ECONNRESET，对方关闭时还有发给它的数据没有读"
        ),
        ("lock", Errno::OWNERDEAD) => say!(
            "it has it now, and is told that the one who held it before died holding it (EOWNERDEAD)",
            "现在得到了它，并得知上一个持有者拿着它时死了（EOWNERDEAD）"
        ),
        ("write", Errno::PIPE) => say!(
            "error EPIPE, nobody holds an end that could read it",
            "出错 EPIPE，已经没有进程拿着读它的一端"
        ),
        _ => queues::failure(event, errno)
            .unwrap_or_else(|| say!("error, {}", "出错，{}", meaning(errno))),
    }
}

fn success(before: &View, after: &View, event: &Event<'_>, answer: i32) -> Sentence {
    let call = event.call;
    if let Some(told) = queues::success(before, after, event) {
        return told;
    }
    match call.name.as_str() {
        "read" => read(before, event, answer),
        "write" | "fd_write" | "print" => written(before, after, event),
        "poll" if !call.is_sleep() => polled(before, event, answer),
        "pipe" | "channel" => made(before, after, event.pid),
        "duplicate" => say!("the copy is descriptor {}", "新的是描述符 {}", answer),
        "open process" => say!(
            "descriptor {}, which can be read from when that process has ended",
            "描述符 {}，该进程结束后它变为可读",
            answer
        ),
        "fork" => born(after, answer),
        "wait" => waited(before, call, answer),
        "kill" => struck(before, after, call),
        "set capacity" => say!("granted", "得到了"),
        "lay down" => laid_down(after, event),
        "take up" => say!("it holds the pipe open again", "它又让这个管道保持打开"),
        _ => memory::success(before, event),
    }
}

/// It may have another writing end.
fn laid_down(after: &View, event: &Event<'_>) -> Sentence {
    let stream = after.read_stream(event.pid, event.call.fd.unwrap_or(-1));
    let writes =
        |(_, stream): (_, &StreamView)| stream.writers.iter().any(|end| end.pid == event.pid);
    match stream.is_some_and(writes) {
        true => Sentence::default(),
        false => say!(
            "it holds the pipe open no longer",
            "它不再让这个管道保持打开"
        ),
    }
}

fn read(before: &View, event: &Event<'_>, answer: i32) -> Sentence {
    if event.call.bytes == Some(0) {
        return say!("it asked for no bytes", "它要求读 0 字节");
    }
    let count = bytes(answer as u64);
    let Some((_, stream)) = before.read_stream(event.pid, event.call.fd.unwrap_or(-1)) else {
        return if answer == 0 {
            say!("end-of-file", "到达末尾")
        } else {
            count
        };
    };
    if answer == 0 {
        return say!(
            "end-of-file, since nothing is left there and nobody can write there any more",
            "到达末尾（EOF），因为里面没有数据了，也没有进程还能写入"
        );
    }
    let mut left = answer as u64;
    let mut parts = Vec::new();
    for message in &stream.messages {
        let taken = left.min(message.unread);
        if taken > 0 {
            parts.push((message, taken));
            left -= taken;
        }
    }
    say!("{}{}", "{}{}", count, origin(before, &parts))
}

/// Where the bytes that were read came from.
fn origin(view: &View, parts: &[(&MessageView, u64)]) -> Sentence {
    match parts {
        [] => Sentence::default(),
        [(message, taken)] => {
            let writer = who(view, message.from);
            let step = message.step;
            if *taken == message.bytes {
                say!(
                    ", the whole of what {} wrote at step {}",
                    "，即{}在第 {} 步写入的全部",
                    writer,
                    step
                )
            } else if *taken == message.unread {
                say!(
                    ", the rest of what {} wrote at step {}",
                    "，即{}在第 {} 步写入的余下部分",
                    writer,
                    step
                )
            } else {
                say!(
                    " of the {2} that {0} wrote at step {1}",
                    "，取自{}在第 {} 步写入的 {}",
                    writer,
                    step,
                    bytes(message.bytes)
                )
            }
        }
        [(first, _), .., (last, _)] => {
            let mut writers: Vec<i32> = parts.iter().map(|(m, _)| m.from).collect();
            writers.sort_unstable();
            writers.dedup();
            let writers: Vec<_> = writers.into_iter().map(|pid| who(view, pid)).collect();
            say!(
                ", out of {3} writes of {0} (steps {1} to {2})",
                "，来自{}的第 {} 到第 {} 步之间的 {} 次写入",
                list(&writers),
                first.step,
                last.step,
                parts.len()
            )
        }
    }
}

/// Of a write that takes several steps: what this one did.
fn written(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    if event.answer.is_some() {
        return Sentence::default();
    }
    let done = |call: Option<&CallView>| u64::from(call.and_then(|call| call.done).unwrap_or(0));
    let now = after
        .processes
        .get(&event.pid)
        .and_then(|process| process.call.as_ref());
    let taken = done(now).saturating_sub(done(Some(event.call)));
    let room = before.write_stream(event.pid, event.call.fd.unwrap_or(-1));
    match room {
        Some((_, stream)) if stream.bytes + taken >= stream.capacity => {
            say!(
                "{} fit in, then it is full",
                "放进了 {}，然后就满了",
                bytes(taken)
            )
        }
        _ if taken == 1 => say!("{} is taken for now", "这次写进了 {}", bytes(taken)),
        _ => say!("{} are taken for now", "这次写进了 {}", bytes(taken)),
    }
}

fn polled(before: &View, event: &Event<'_>, answer: i32) -> Sentence {
    if answer == 0 {
        return say!("nothing is ready", "还没有准备好的");
    }
    let watches = &event.call.watches;
    let ready: Vec<_> = watches
        .iter()
        .filter(|w| watches.len() == 1 || is_ready(before, event.pid, w))
        .map(|w| end(before, event.pid, w.fd))
        .collect();
    match ready.len() {
        0 => say!("{} are ready", "有 {} 个准备好了", answer),
        1 if watches.len() == 1 => say!("it is ready", "已经准备好"),
        1 => say!("{} is ready", "{}准备好了", list(&ready)),
        _ => say!("{} are ready", "{}都准备好了", list(&ready)),
    }
}

/// Whether a poll would tell of this descriptor, as far as the picture shows it.
fn is_ready(view: &View, pid: i32, watch: &Watch) -> bool {
    let readable = view
        .read_stream(pid, watch.fd)
        .is_some_and(|(_, stream)| stream.bytes > 0 || stream.writers.is_empty());
    let writable = view
        .write_stream(pid, watch.fd)
        .is_some_and(|(_, stream)| stream.bytes < stream.capacity || stream.readers.is_empty());
    let ended = view
        .descriptor(pid, watch.fd)
        .and_then(|(_, object)| object?.pid)
        .is_some_and(|watched| has_ended(view, watched));
    (watch.read && (readable || ended)) || (watch.write && writable)
}

/// Names the ends of what was made.
fn made(before: &View, after: &View, pid: i32) -> Sentence {
    let Some(process) = after.processes.get(&pid) else {
        return Sentence::default();
    };
    let fresh = process
        .descriptors
        .iter()
        .filter(|d| before.descriptor(pid, d.fd).is_none());
    let ends: Vec<_> = fresh
        .clone()
        .map(|d| {
            say!(
                "descriptor {} is its {}",
                "描述符 {} 是{}",
                d.fd,
                end_name(d)
            )
        })
        .collect();
    let Some(name) = fresh.clone().next().map(|d| d.object.as_str()) else {
        return Sentence::default();
    };
    say!("{}; {}", "{}，{}", name, join(&ends, ", ", "，"))
}

fn born(after: &View, child: i32) -> Sentence {
    let ends: Vec<_> = after.processes.get(&child).map_or(Vec::new(), |process| {
        let queues = queues::of_descriptors(after, &process.descriptors);
        let inherited = process.descriptors.iter();
        let inherited = inherited.filter(|d| d.fd > 2 && !queues::is_part(after, d));
        let inherited = inherited.map(|d| held(after, child, d));
        inherited.chain(queues).collect()
    });
    let child = who(after, child);
    if ends.is_empty() {
        return say!("{} is born, a copy of it", "{}诞生，是它的副本", child);
    }
    say!(
        "{} is born, a copy of it that holds the same ends: {}",
        "{}诞生，是它的副本，拿着同样的端：{}",
        child,
        list(&ends)
    )
}

pub(super) fn held(view: &View, pid: i32, descriptor: &DescriptorView) -> Sentence {
    let what = through(view, pid, descriptor.fd);
    match descriptor.role {
        Role::Watches => say!("{} ({})", "{}（{}）", descriptor.fd, what),
        _ => say!(
            "{} ({2} of {1})",
            "{}（{}的{}）",
            descriptor.fd,
            what,
            end_name(descriptor)
        ),
    }
}

fn waited(before: &View, call: &CallView, answer: i32) -> Sentence {
    if answer == 0 {
        return say!("not yet", "还没有");
    }
    let status = call
        .pid
        .and_then(|pid| before.processes.get(&pid)?.status.as_ref());
    match status {
        Some(status) => say!("it {}", "它{}", ended(status)),
        None => say!("it has", "已经结束"),
    }
}

fn struck(before: &View, after: &View, call: &CallView) -> Sentence {
    let pid = call.pid.unwrap_or(0);
    if call.signal == Some(0) {
        return say!("it is", "存在");
    }
    match (has_ended(before, pid), has_ended(after, pid)) {
        (true, _) => say!("that one has ended already", "它早已结束"),
        (false, true) => say!("that ends it", "它因此结束"),
        (false, false) if is_stopped(after, pid) => say!(
            "that one is stopped, and takes no notice",
            "它已被停住，不会理会"
        ),
        (false, false) => Sentence::default(),
    }
}
