//! What a process does with a queue, whose parts are locks, words and pipes: "child (2) waits for an item of queue A".

use super::deeds::Deed;
use super::words::list;
use super::{Act, Event, Sentence, say, who};
use crate::view::{Awaited, CallView, DescriptorView, OfQueue, QueuePart, QueueView, View};
use forktalk_abi::Errno;

/// A queue as people call it.
pub(crate) fn queue(name: &str) -> Sentence {
    say!("queue {}", "队列 {}", name)
}

/// What one waits for: "an item of queue A".
fn awaited(name: &str, what: Awaited) -> Sentence {
    match what {
        Awaited::Item => say!("an item of {}", "{}里的一项", queue(name)),
        Awaited::Room => say!("room in {}", "{}的空位", queue(name)),
        Awaited::Tasks => say!(
            "all tasks of {} to be done",
            "{}的任务全部完成",
            queue(name)
        ),
    }
}

/// What the process would do at this call, if it is about a part of a queue that has a meaning of its own.
pub(super) fn deed(view: &View, pid: i32, call: &CallView) -> Option<Deed> {
    if let [only] = call.watches.as_slice() {
        return polls(view.bell(pid, only.fd)?, call);
    }
    if let Some(fd) = call.fd {
        return with_descriptor(view.bell(pid, fd)?, call, fd);
    }
    let of = part(call)?;
    let name = of.name.as_str();
    match (call.name.as_str(), of.part) {
        ("lock", part) => takes(name, part),
        ("unlock", part) => Some(Deed::new(
            "releases",
            "release",
            say!(" {}", "放开{}", lock(name, part)?),
        )),
        ("wait on word", QueuePart::Sleep(what)) => Some(Deed::new(
            "sleeps",
            "sleep",
            say!(" until {}", "睡到{}", comes(name, what)),
        )),
        ("wake", QueuePart::Sleep(what)) => Some(Deed::new(
            "wakes",
            "wake",
            say!(
                " who sleeps until {}",
                "唤醒睡到{}的进程",
                comes(name, what)
            ),
        )),
        ("store wide", QueuePart::Put) => Some(Deed::new(
            "puts",
            "put",
            say!(
                " {1} into {0}",
                "向{}放入 {}",
                queue(name),
                items(passing(call)?)
            ),
        )),
        ("store wide", QueuePart::Got) => Some(Deed::new(
            "gets",
            "get",
            say!(
                " {1} from {0}",
                "从{}取出 {}",
                queue(name),
                items(passing(call)?)
            ),
        )),
        _ => None,
    }
}

/// The part of a queue that a call about shared memory is about.
pub(super) fn part(call: &CallView) -> Option<&OfQueue> {
    let lock = call.lock.as_ref().and_then(|lock| lock.queue.as_ref());
    let word = call.word.as_ref().and_then(|word| word.queue.as_ref());
    let part = call.part.as_ref().and_then(|part| part.queue.as_ref());
    lock.or(word).or(part)
}

/// A state of the queue, for which one sleeps.
fn comes(name: &str, what: Awaited) -> Sentence {
    match what {
        Awaited::Item => say!("{} has an item", "{}里有东西", queue(name)),
        Awaited::Room => say!("{} has room", "{}有空位", queue(name)),
        Awaited::Tasks => say!("all tasks of {} are done", "{}的任务全部完成", queue(name)),
    }
}

/// A lock of a queue by what it guards; nothing if it has no name.
fn lock(name: &str, part: QueuePart) -> Option<Sentence> {
    Some(match part {
        QueuePart::Putting => say!("the putting side of {}", "{}的放入端", queue(name)),
        QueuePart::Getting => say!("the getting side of {}", "{}的取出端", queue(name)),
        QueuePart::Tasks => say!("the count of tasks of {}", "{}的任务计数", queue(name)),
        QueuePart::Seat => say!(
            "a seat of those who wait at {}",
            "{}等候者的一个座位",
            queue(name)
        ),
        QueuePart::First(what) => say!(
            "the first place in line for {}",
            "等{}的队伍里的首位",
            awaited(name, what)
        ),
        _ => return None,
    })
}

fn takes(name: &str, part: QueuePart) -> Option<Deed> {
    Some(match part {
        QueuePart::First(what) => Deed::new(
            "stands",
            "stand",
            say!(" in line for {}", "排队等{}", awaited(name, what)),
        ),
        part => Deed::new("takes", "take", say!(" {}", "占用{}", lock(name, part)?)),
    })
}

fn polls(of: &OfQueue, call: &CallView) -> Option<Deed> {
    let QueuePart::Bell(what) = of.part else {
        return None;
    };
    Some(if call.deadline_ns == Some(0) {
        Deed::new(
            "looks",
            "look",
            say!(
                " whether somebody woke it at {}",
                "查看有没有进程在{}唤醒它",
                queue(&of.name)
            ),
        )
    } else {
        let what = awaited(&of.name, what);
        Deed::new("waits", "wait", say!(" for {}", "等{}", what))
    })
}

fn with_descriptor(of: &OfQueue, call: &CallView, fd: i32) -> Option<Deed> {
    let QueuePart::Bell(what) = of.part else {
        return None;
    };
    let name = queue(&of.name);
    let handle = say!(
        " descriptor {}, a part of its handle of {}",
        "描述符 {}（{}的句柄的一部分）",
        fd,
        name
    );
    Some(match call.name.as_str() {
        "write" => Deed::new(
            "wakes",
            "wake",
            say!(
                " who waits for {}",
                "唤醒等{}的进程",
                awaited(&of.name, what)
            ),
        ),
        "read" => Deed::new(
            "clears",
            "clear",
            say!(
                " what woke who waited for {}",
                "清除曾唤醒等{}的进程的标记",
                awaited(&of.name, what)
            ),
        ),
        "close" => Deed::new("closes", "close", say!("{}", "关闭{}", handle)),
        "duplicate" => Deed::new("duplicates", "duplicate", say!("{}", "复制{}", handle)),
        "lay down" => Deed::new(
            "lays",
            "lay",
            say!(
                " down descriptor {}, so as not to hold {} while it waits there",
                "放下描述符 {}，等待期间不拿着{}",
                fd,
                name
            ),
        ),
        "take up" => Deed::new(
            "takes",
            "take",
            say!(
                " up descriptor {}, to hold {} again",
                "重新拿起描述符 {}，又拿着{}",
                fd,
                name
            ),
        ),
        _ => return None,
    })
}

/// How many items pass a side when its words are written; nothing if none do.
fn passing(call: &CallView) -> Option<u32> {
    let part = call.part.as_ref()?;
    let count = part.brings.get(1)?.wrapping_sub(*part.stands.get(1)?);
    Some(count).filter(|count| *count > 0)
}

pub(super) fn items(count: u32) -> Sentence {
    match count {
        1 => say!("1 item", "1 项"),
        count => say!("{} items", "{} 项", count),
    }
}

/// What came of a call about a part of a queue, if it succeeded; nothing if it is to be told as that of any other.
pub(super) fn success(before: &View, after: &View, event: &Event<'_>) -> Option<Sentence> {
    let call = event.call;
    deed(before, event.pid, call)?;
    Some(match call.name.as_str() {
        "poll" => woken(before, event),
        "lock" if matches!(part(call)?.part, QueuePart::First(_)) => {
            say!("it is the first", "它排在首位")
        }
        "store wide" => {
            let now = after.queues.get(&part(call)?.name)?.items;
            say!("it has {} now", "现在里面有 {}", items(now))
        }
        "lock" | "write" | "read" | "close" | "lay down" | "take up" => Sentence::default(),
        _ => return None,
    })
}

fn woken(before: &View, event: &Event<'_>) -> Sentence {
    let watched = event.call.watches.first();
    let stream = watched.and_then(|watch| before.read_stream(event.pid, watch.fd));
    let left = stream.is_some_and(|(_, stream)| !stream.writers.is_empty());
    match event.answer {
        Some(0) if event.call.deadline_ns == Some(0) => say!("nobody did", "没有"),
        Some(0) => say!("nothing came", "什么也没等到"),
        _ if stream.is_some_and(|(_, stream)| stream.bytes > 0) => {
            say!("somebody woke it", "有进程唤醒了它")
        }
        _ if left => say!("it is ready", "已经准备好"),
        _ => say!(
            "nobody holds the queue any more, except who waits at it",
            "除了在等它的进程，再没有进程拿着这个队列"
        ),
    }
}

/// What an error means there; nothing if it means what it means elsewhere.
pub(super) fn failure(event: &Event<'_>, errno: Errno) -> Option<Sentence> {
    part(event.call).filter(|_| errno == Errno::TIMEDOUT)?;
    match event.call.name.as_str() {
        "lock" if event.call.deadline_ns == Some(0) => {
            Some(say!("another process has it", "它在别的进程手里"))
        }
        "wait on word" => Some(say!("nothing came in time", "没能及时等到")),
        _ => None,
    }
}

/// Why one has to wait there.
pub(super) fn reason(view: &View, pid: i32, call: &CallView) -> Option<Sentence> {
    if let Some(lock) = &call.lock {
        let QueuePart::First(_) = lock.queue.as_ref()?.part else {
            return None;
        };
        let first = who(view, lock.holder?);
        return Some(say!("{} is before it", "{}排在它前面", first));
    }
    let (name, what) = view.awaited(pid)?;
    let there = view.queues.get(&name)?;
    Some(match what {
        Awaited::Item if there.items == 0 => say!("it is empty", "队列是空的"),
        Awaited::Room if there.bound == Some(there.items) => {
            say!("it is full, with {}", "队列已满，有 {}", items(there.items))
        }
        Awaited::Item => say!("it has {}", "里面有 {}", items(there.items)),
        Awaited::Room => say!(
            "it has {} and no room for more",
            "里面有 {}，放不下了",
            items(there.items)
        ),
        Awaited::Tasks => say!("some are not done yet", "还有没完成的"),
    })
}

/// What happened to the queues: one was made, an item went in or out, one was closed.
pub(super) fn followed(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let mut said = Sentence::default();
    for (name, now) in &after.queues {
        match before.queues.get(name) {
            None => said.add(made(before, after, name)),
            Some(old) if event.act != Act::Kill && event.call.name != "store wide" => {
                said.add(passed(old, now));
            }
            Some(_) => {}
        }
        if before.queues.get(name).is_some_and(|old| !old.closed) && now.closed {
            said.add(say!(
                "It closes {} for all.",
                "它为所有进程关闭了{}。",
                queue(name)
            ));
        }
    }
    said
}

/// A queue is made of pipes and memory.
fn made(before: &View, after: &View, name: &str) -> Sentence {
    let parts = after.objects.values().filter(|object| {
        let queue = object.queue.as_ref();
        queue.is_some_and(|queue| queue.name == name)
    });
    // What was made at this step is no part of the picture before.
    let pipes: Vec<_> = parts
        .map(|object| before.objects.get(&object.name).unwrap_or(object))
        .map(|pipe| say!("{}", " {}", pipe.name.as_str()))
        .collect();
    say!(
        "With that {} is made, of shared memory and the pipes {}.",
        "这样就有了{}，它由共享内存和管道{}组成。",
        queue(name),
        list(&pipes)
    )
}

fn passed(old: &QueueView, now: &QueueView) -> Sentence {
    let there = queue(&now.name);
    let mut said = Sentence::default();
    match now.got.wrapping_sub(old.got) {
        0 => {}
        got => said.add(say!(
            "It gets {1} from {0}, which has {2} now.",
            "它从{}取出 {}，现在里面有 {}。",
            there.clone(),
            items(got),
            items(now.items)
        )),
    }
    match now.put.wrapping_sub(old.put) {
        0 => {}
        put => said.add(say!(
            "It puts {1} into {0}, which has {2} now.",
            "它向{}放入 {}，现在里面有 {}。",
            there,
            items(put),
            items(now.items)
        )),
    }
    said
}

/// The queues of which these descriptors are parts, each once.
pub(super) fn of_descriptors(view: &View, descriptors: &[DescriptorView]) -> Vec<Sentence> {
    let mut names: Vec<&str> = Vec::new();
    for descriptor in descriptors {
        let object = view.objects.get(&descriptor.object);
        if let Some(of) = object.and_then(|object| object.queue.as_ref())
            && !names.contains(&of.name.as_str())
        {
            names.push(&of.name);
        }
    }
    names.into_iter().map(queue).collect()
}

/// Whether a descriptor is a part of a handle of a queue.
pub(super) fn is_part(view: &View, descriptor: &DescriptorView) -> bool {
    let object = view.objects.get(&descriptor.object);
    object.is_some_and(|object| object.queue.is_some())
}
