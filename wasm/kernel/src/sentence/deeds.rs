//! What a process does at a call, as words that become "reads from pipe A" or "wants to read from pipe A".

use super::words::{bytes, end, list, object, through, time};
use super::{Sentence, memory, queues, say, who};
use crate::view::{CallView, DescriptorView, Role, View, Watch};
use forktalk_abi::Signal;

/// A verb and what it is about, ready to become "reads from pipe A" or "wants to read from pipe A".
pub(super) struct Deed {
    does: &'static str,
    to_do: &'static str,
    en: String,
    zh: String,
}

impl Deed {
    pub(super) fn new(does: &'static str, to_do: &'static str, rest: Sentence) -> Deed {
        Deed {
            does,
            to_do,
            en: rest.en,
            zh: rest.zh,
        }
    }

    /// As a deed: "reads from pipe A".
    pub(super) fn done(&self) -> Sentence {
        Sentence {
            en: format!("{}{}", self.does, self.en),
            zh: self.zh.clone(),
        }
    }

    /// What it is in the infinitive; Chinese has only one form.
    pub(super) fn bare(&self) -> Sentence {
        Sentence {
            en: format!("{}{}", self.to_do, self.en),
            zh: self.zh.clone(),
        }
    }

    /// As a wish: "wants to read from pipe A".
    pub(super) fn wanted(&self) -> Sentence {
        Sentence {
            en: format!("wants to {}{}", self.to_do, self.en),
            zh: format!("想{}", self.zh),
        }
    }
}

/// What the process would do at this call.
pub(super) fn deed(view: &View, pid: i32, call: &CallView) -> Deed {
    if let Some(deed) = queues::deed(view, pid, call) {
        return deed;
    }
    match (call.fd, call.pid) {
        (Some(fd), _) => with_descriptor(view, pid, call, fd),
        (_, Some(other)) => with_process(call, &who(view, other)),
        _ => alone(view, pid, call),
    }
}

fn with_descriptor(view: &View, pid: i32, call: &CallView, fd: i32) -> Deed {
    let place = || through(view, pid, fd);
    let room = || bytes(u64::from(call.bytes.unwrap_or(0)));
    match call.name.as_str() {
        "read" | "fd_read" => Deed::new("reads", "read", say!(" from {}", "从{}读取", place())),
        "write" | "fd_write" | "print" => Deed::new("writes", "write", amount(call, &place())),
        "duplicate" => Deed::new(
            "duplicates",
            "duplicate",
            say!(" {}", "复制{}", end_of(view, pid, fd)),
        ),
        "close" | "fd_close" => Deed::new(
            "closes",
            "close",
            say!(" {}", "关闭{}", end_of(view, pid, fd)),
        ),
        "lay down" => Deed::new(
            "lays",
            "lay",
            say!(" down {}", "放下{}", end_of(view, pid, fd)),
        ),
        "take up" => Deed::new(
            "takes",
            "take",
            say!(
                " up {} as its writing end of {} again",
                "重新拿起{}，作为{}的写端",
                say!("descriptor {}", "描述符 {}", fd),
                place()
            ),
        ),
        "set capacity" => Deed::new(
            "asks",
            "ask",
            say!(
                " for room for {1} in {0}",
                "请求{}能容纳 {}",
                place(),
                room()
            ),
        ),
        name => unnamed(name),
    }
}

fn with_process(call: &CallView, other: &Sentence) -> Deed {
    match call.name.as_str() {
        "wait" if call.block == Some(false) => Deed::new(
            "asks",
            "ask",
            say!(" whether {} has ended", "询问{}是否已经结束", *other),
        ),
        "wait" => Deed::new("waits", "wait", say!(" for {} to end", "等{}结束", *other)),
        "kill" if call.signal == Some(0) => Deed::new(
            "asks",
            "ask",
            say!(" whether {} is there", "询问{}是否存在", *other),
        ),
        "kill" => {
            let signal = Signal(call.signal.unwrap_or(0)).name();
            Deed::new(
                "sends",
                "send",
                say!(" {1} to {0}", "向{}发送 {}", *other, signal),
            )
        }
        "open process" => Deed::new(
            "opens",
            "open",
            say!(" a watch on {}", "打开对{}的监视", *other),
        ),
        "die with parent" => Deed::new(
            "asks",
            "ask",
            say!(
                " to be killed when {} ends",
                "请求在{}结束时也被杀死",
                *other
            ),
        ),
        name => unnamed(name),
    }
}

fn alone(view: &View, pid: i32, call: &CallView) -> Deed {
    match call.name.as_str() {
        "begin" => Deed::new("starts", "start", say!("", "开始运行")),
        "poll" if call.is_sleep() => sleep(call),
        "poll" => {
            let watched = watched(view, pid, &call.watches);
            Deed::new("polls", "poll", say!(" {}", "用 poll 查看{}", watched))
        }
        "sleep" => sleep(call),
        "pipe" => Deed::new("makes", "make", say!(" a pipe", "创建一个管道")),
        "channel" => Deed::new(
            "makes",
            "make",
            say!(" a two-way channel", "创建一个双向通道"),
        ),
        "fork" => Deed::new("forks", "fork", say!("", "执行 fork")),
        "exit" => {
            let code = call.code.unwrap_or(0);
            Deed::new(
                "exits",
                "exit",
                say!(" with code {}", "退出，退出码 {}", code),
            )
        }
        "yield" => Deed::new(
            "gives",
            "give",
            say!(" way to the others", "让其他进程先走"),
        ),
        name => memory::deed(call).unwrap_or_else(|| unnamed(name)),
    }
}

fn sleep(call: &CallView) -> Deed {
    let until = time(call.deadline_ns.unwrap_or(0));
    let rest = say!(" until the clock says {}", "一直睡到时钟走到 {}", until);
    Deed::new("sleeps", "sleep", rest)
}

fn unnamed(name: &str) -> Deed {
    Deed::new("calls", "call", say!(" {}", "调用 {}", name))
}

/// How many bytes of a write go where; of one that was begun, those that are left.
fn amount(call: &CallView, place: &Sentence) -> Sentence {
    let total = u64::from(call.bytes.unwrap_or(0));
    match call.done {
        Some(done) => say!(
            " the other {1} of its {2} into {0}",
            "向{}写入 {2} 中余下的 {1}",
            place.clone(),
            bytes(total - u64::from(done)),
            total
        ),
        None => say!(" {1} into {0}", "向{}写入 {}", place.clone(), bytes(total)),
    }
}

fn watched(view: &View, pid: i32, watches: &[Watch]) -> Sentence {
    if watches.is_empty() {
        return say!("nothing", "（没有描述符）");
    }
    let all: Vec<_> = watches.iter().map(|w| end(view, pid, w.fd)).collect();
    list(&all)
}

/// A descriptor with what it is: "descriptor 4, its writing end of pipe A".
fn end_of(view: &View, pid: i32, fd: i32) -> Sentence {
    let (descriptor, leads_to) = match view.descriptor(pid, fd) {
        Some((descriptor, Some(leads_to))) => (descriptor, leads_to),
        Some((_, None)) => {
            return say!(
                "descriptor {}, its {}",
                "描述符 {}，即{}",
                fd,
                through(view, pid, fd)
            );
        }
        None => {
            return say!(
                "descriptor {}, which is not open",
                "没有打开的描述符 {}",
                fd
            );
        }
    };
    let what = object(view, leads_to);
    match descriptor.role {
        Role::Watches => say!("descriptor {}, {}", "描述符 {}，即{}", fd, what),
        _ => say!(
            "descriptor {}, its {2} of {1}",
            "描述符 {}，即{}的{}",
            fd,
            what,
            end_name(descriptor)
        ),
    }
}

/// What one calls the end that a descriptor holds.
pub(super) fn end_name(descriptor: &DescriptorView) -> Sentence {
    match descriptor.role {
        Role::Reads => say!("reading end", "读端"),
        Role::Writes => say!("writing end", "写端"),
        Role::Both => say!("side {}", "第 {} 端", u32::from(descriptor.side)),
        Role::Watches => say!("watch", "监视"),
    }
}
