//! Why somebody waits: "wants to read from pipe A: nothing is there, and main (1) still holds a writing end".

use super::calls::struck_when;
use super::deeds::deed;
use super::words::{is_stopped, list, time};
use super::{Sentence, queues, say, who};
use crate::view::{CallView, EndView, Kind, ObjectView, ProcessView, State, View};

/// What this process waits for, as a predicate; nothing if it does not wait.
pub(crate) fn waits_for(view: &View, process: &ProcessView) -> Option<Sentence> {
    if process.state != State::Waiting {
        return None;
    }
    let call = process.call.as_ref()?;
    let deed = deed(view, process.pid, call);
    if call.is_sleep() {
        return Some(deed.done());
    }
    let reason = reason(view, process, call);
    let wish = if call.word.is_some() {
        // It has gone to sleep already: this is no wish.
        deed.done()
    } else if view.awaited(process.pid).is_some() {
        say!("{}: {}", "{}：{}", deed.done(), reason)
    } else if reason.en.is_empty() {
        deed.wanted()
    } else {
        say!("{}: {}", "{}：{}", deed.wanted(), reason)
    };
    Some(match call.deadline_ns {
        Some(deadline) => say!(
            "{} (it gives up when the clock says {})",
            "{}（时钟走到 {} 时它就放弃）",
            wish,
            time(deadline)
        ),
        None => wish,
    })
}

/// A whole sentence for each process that waits.
pub(super) fn all(view: &View) -> impl Iterator<Item = Sentence> {
    view.processes.values().filter_map(|process| {
        let wish = process
            .waits_for
            .clone()
            .or_else(|| waits_for(view, process))?;
        Some(say!("{} {}.", "{}{}。", who(view, process.pid), wish))
    })
}

/// A whole sentence about those who were stopped; empty if nobody was.
pub(super) fn all_stopped(view: &View) -> Option<Sentence> {
    let stopped = view.processes.values();
    let stopped = stopped.filter(|process| process.state == State::Stopped);
    let names: Vec<_> = stopped.map(|process| who(view, process.pid)).collect();
    match names.len() {
        0 => None,
        1 => Some(say!(
            "{} was stopped, and never goes on.",
            "{}被停住了，再也不会继续。",
            list(&names)
        )),
        _ => Some(say!(
            "{} were stopped, and never go on.",
            "{}都被停住了，再也不会继续。",
            list(&names)
        )),
    }
}

/// Where a process was stopped, as a predicate; nothing if it was not.
pub(crate) fn stopped(view: &View, process: &ProcessView) -> Option<Sentence> {
    let call = process.call.as_ref()?;
    (process.state == State::Stopped).then(|| {
        say!(
            "is stopped for ever (SIGSTOP) {}",
            "{}被永远停住（SIGSTOP）",
            struck_when(view, process.pid, call)
        )
    })
}

fn reason(view: &View, process: &ProcessView, call: &CallView) -> Sentence {
    let (pid, fd) = (process.pid, call.fd.unwrap_or(-1));
    if let Some(why) = queues::reason(view, pid, call) {
        return why;
    }
    match call.name.as_str() {
        _ if call.is_read() => {
            view.read_stream(pid, fd)
                .map_or_else(Sentence::default, |(object, stream)| {
                    let held = holders(view, pid, &stream.writers, object, "writing end", "写端");
                    say!("nothing is there, and {}", "里面没有数据，而{}", held)
                })
        }
        _ if call.is_write() => {
            view.write_stream(pid, fd)
                .map_or_else(Sentence::default, |(_, stream)| {
                    say!(
                        "it has no room for that{}",
                        "里面放不下了{}",
                        readers(view, pid, &stream.readers)
                    )
                })
        }
        "poll" => polled(view, pid, call),
        "wait" if call.pid.is_some_and(|child| is_stopped(view, child)) => {
            say!("it is stopped, and does not end", "它已停住，不会结束")
        }
        "wait" => say!("it has not ended", "它还没有结束"),
        "lock" => match call.lock.as_ref().and_then(|lock| lock.holder) {
            Some(holder) if holder == pid => {
                say!("it holds it already itself", "它自己已经拿着这把锁")
            }
            Some(holder) => say!("{} holds it", "锁在{}手里", who(view, holder)),
            None => Sentence::default(),
        },
        _ => Sentence::default(),
    }
}

fn polled(view: &View, pid: i32, call: &CallView) -> Sentence {
    let [only] = call.watches.as_slice() else {
        return match call.watches.len() {
            0 => Sentence::default(),
            _ => say!("none of them is ready", "都还没有准备好"),
        };
    };
    match view.read_stream(pid, only.fd) {
        Some((object, stream)) if only.read => {
            let held = holders(view, pid, &stream.writers, object, "writing end", "写端");
            say!("nothing is there, and {}", "里面没有数据，而{}", held)
        }
        _ => say!("it is not ready", "还没有准备好"),
    }
}

/// Who could make room.
fn readers(view: &View, pid: i32, ends: &[EndView]) -> Sentence {
    let mut others: Vec<i32> = ends.iter().map(|e| e.pid).filter(|p| *p != pid).collect();
    others.sort_unstable();
    others.dedup();
    let names: Vec<_> = others.iter().map(|p| who(view, *p)).collect();
    match names.len() {
        0 => say!(
            ", and only it itself could read there",
            "，而能读它的只有它自己"
        ),
        1 => say!(" until {} reads there", "，要等{}来读", list(&names)),
        _ => say!(
            " until one of {} reads there",
            "，要等{}中的一个来读",
            list(&names)
        ),
    }
}

/// Who keeps the other end open, the waiting process itself first.
fn holders(
    view: &View,
    pid: i32,
    ends: &[EndView],
    object: &ObjectView,
    en: &'static str,
    zh: &'static str,
) -> Sentence {
    let (en, zh) = match object.kind {
        Kind::Channel => ("other side", "对端"),
        _ => (en, zh),
    };
    let article = if object.kind == Kind::Channel {
        "the"
    } else {
        "a"
    };
    let end = Sentence {
        en: format!("{article} {en}"),
        zh: zh.to_owned(),
    };
    let mut others: Vec<i32> = ends.iter().map(|e| e.pid).filter(|p| *p != pid).collect();
    others.sort_unstable();
    others.dedup();
    let mut names: Vec<_> = others.iter().map(|p| who(view, *p)).collect();
    let own = ends.iter().find(|e| e.pid == pid);
    if let Some(own) = own.filter(|_| !names.is_empty()) {
        names.push(say!(
            "it itself (descriptor {})",
            "它自己（描述符 {}）",
            own.fd
        ));
    }
    match (own, names.len()) {
        (Some(own), 0) => say!(
            "it still holds {} itself (descriptor {})",
            "它自己还拿着{}（描述符 {}）",
            end,
            own.fd
        ),
        (None, 0) => say!("nobody holds {}", "没有进程拿着{}", end),
        (_, 1) => say!("{1} still holds {0}", "{1}还拿着{0}", end, list(&names)),
        (_, _) => say!("{1} still hold {0}", "{1}都还拿着{0}", end, list(&names)),
    }
}
