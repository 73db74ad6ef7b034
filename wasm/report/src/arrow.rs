//! What passes from one process to another: bytes from who wrote them to who reads them, items of a queue from who put
//! them to who gets them, a fork, a signal, the end that a parent waited for.

use std::collections::{BTreeMap, VecDeque};

use forktalk_abi::Signal;
use forktalk_explore::trace::Step;
use forktalk_kernel::view::{CallView, ObjectView, Status, StreamView, View};

use super::story::ending;

/// Something that passed from one process to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: i32,
    pub(super) to: i32,
    /// The first and the last step at which it was sent; it arrives at the step that has the arrow.
    pub(super) sent: (u32, u32),
    pub(super) what: Passed,
}

/// What passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    /// Bytes through a pipe or a channel.
    Bytes { object: String, bytes: u64 },
    /// Items of a queue.
    Items { queue: String, items: u32 },
    /// A copy of the parent.
    Birth,
    /// How a child ended, told to who waited for it.
    End { status: Status },
    /// A signal.
    Signal { name: &'static str },
}

impl Arrow {
    pub(super) fn is_end(&self) -> bool {
        matches!(self.what, Passed::End { .. })
    }

    /// Whether it goes from the same process to the same, by the same way.
    pub(super) fn goes_like(&self, other: &Arrow) -> bool {
        let way = |arrow: &Arrow| match &arrow.what {
            Passed::Bytes { object, .. } => Some(object.clone()),
            Passed::Items { queue, .. } => Some(queue.clone()),
            _ => None,
        };
        let same_kind = std::mem::discriminant(&self.what) == std::mem::discriminant(&other.what);
        (self.from, self.to) == (other.from, other.to) && same_kind && way(self) == way(other)
    }

    /// Takes in what another carries, that goes like this one and was sent later.
    pub(super) fn join(&mut self, later: &Arrow) {
        self.sent.1 = later.sent.1;
        match (&mut self.what, &later.what) {
            (Passed::Bytes { bytes, .. }, Passed::Bytes { bytes: more, .. }) => *bytes += more,
            (Passed::Items { items, .. }, Passed::Items { items: more, .. }) => *items += more,
            _ => {}
        }
    }

    /// Whether the process at its beginning makes the step, and not the one at its head.
    pub(super) fn is_sent_now(&self) -> bool {
        matches!(self.what, Passed::Birth | Passed::Signal { .. })
    }

    /// When it was sent: "step 5", "steps 5–7".
    pub(super) fn when(&self) -> String {
        match self.sent {
            (first, last) if first == last => format!("step {first}"),
            (first, last) => format!("steps {first}–{last}"),
        }
    }

    /// What it carries: "15 B of pipe A".
    pub(super) fn load(&self) -> String {
        match &self.what {
            Passed::Bytes { object, bytes } => format!("{bytes} B through {object}"),
            Passed::Items { queue, items: 1 } => format!("1 item of queue {queue}"),
            Passed::Items { queue, items } => format!("{items} items of queue {queue}"),
            Passed::Birth => "fork".to_owned(),
            Passed::End { status } => ending(status),
            Passed::Signal { name } => (*name).to_owned(),
        }
    }
}

/// Who put what still lies in each queue: the process and the step, the oldest first.
#[derive(Default)]
pub(super) struct Queues(BTreeMap<String, VecDeque<(i32, u32)>>);

/// Everything that passed at a step.
pub(super) fn arrows(before: &View, after: &View, step: &Step, queues: &mut Queues) -> Vec<Arrow> {
    let mut arrows = read(before, after, step);
    arrows.extend(queues.follow(before, step));
    arrows.extend(between_processes(before, after, step));
    arrows
}

/// The bytes that were read, from each process that wrote some of them.
fn read(before: &View, after: &View, step: &Step) -> Vec<Arrow> {
    let Some((object, stream, mut left)) = taken(before, after, step) else {
        return Vec::new();
    };
    let mut arrows: Vec<Arrow> = Vec::new();
    // The oldest bytes lie at the front: those that were read are the first ones.
    for message in &stream.messages {
        let bytes = left.min(message.unread);
        if bytes == 0 {
            break;
        }
        left -= bytes;
        let object = object.name.clone();
        let what = Passed::Bytes { object, bytes };
        add(&mut arrows, message.from, step.pid, message.step, what);
    }
    arrows
}

/// Adds what was sent at a step to the arrow from the same process, or as a new one.
fn add(arrows: &mut Vec<Arrow>, from: i32, to: i32, sent: u32, what: Passed) {
    let arrow = Arrow {
        from,
        to,
        sent: (sent, sent),
        what,
    };
    match arrows.iter_mut().find(|other| other.goes_like(&arrow)) {
        Some(first) => first.join(&arrow),
        None => arrows.push(arrow),
    }
}

/// What a step took out of a stream, and how much; nothing if it read nothing, or only what wakes somebody at a queue.
pub(super) fn taken<'v>(
    before: &'v View,
    after: &View,
    step: &Step,
) -> Option<(&'v ObjectView, &'v StreamView, u64)> {
    if !matches!(step.call.as_str(), "read" | "fd_read") {
        return None;
    }
    let named = stands_at(before, step)
        .and_then(|call| call.fd)
        .and_then(|fd| before.read_stream(step.pid, fd));
    let (object, stream) = named.or_else(|| emptier(before, after, step))?;
    let number = object
        .streams
        .iter()
        .position(|one| std::ptr::eq(one, stream))?;
    let bytes = match step.answer {
        Some(answer) if step.call == "read" => u64::try_from(answer).unwrap_or(0),
        // The standard library's call answers an error number, and says elsewhere how much it read.
        Some(0) => {
            let now = after.objects.get(&object.name);
            let now = now.and_then(|object| object.streams.get(number));
            stream.bytes - now.map_or(0, |now| now.bytes.min(stream.bytes))
        }
        _ => 0,
    };
    (bytes > 0 && object.queue.is_none()).then_some((object, stream, bytes))
}

/// The call that a step performs, as the picture before it shows it. A step that takes a lock and goes on is told by its
/// last call, which nobody saw before.
pub(super) fn stands_at<'v>(before: &'v View, step: &Step) -> Option<&'v CallView> {
    let call = before.processes.get(&step.pid)?.call.as_ref()?;
    (call.name == step.call).then_some(call)
}

/// A stream in which less lies after the step than before.
fn emptier<'v>(
    before: &'v View,
    after: &View,
    step: &Step,
) -> Option<(&'v ObjectView, &'v StreamView)> {
    step.view.objects.keys().find_map(|name| {
        let (old, new) = (before.objects.get(name)?, after.objects.get(name)?);
        let mut pairs = old.streams.iter().zip(&new.streams);
        let (stream, _) = pairs.find(|(old, new)| new.bytes < old.bytes)?;
        Some((old, stream))
    })
}

impl Queues {
    /// What was put and got at a step, as the counts of the queues tell it.
    fn follow(&mut self, before: &View, step: &Step) -> Vec<Arrow> {
        let mut arrows: Vec<Arrow> = Vec::new();
        for (name, now) in &step.view.queues {
            let Some(now) = now else {
                self.0.remove(name);
                continue;
            };
            let old = before.queues.get(name);
            let (put, got) = old.map_or((0, 0), |old| (old.put, old.got));
            let lying = self.0.entry(name.clone()).or_default();
            for _ in 0..count(put, now.put) {
                lying.push_back((step.pid, step.step));
            }
            for _ in 0..count(got, now.got) {
                let Some((from, put_at)) = lying.pop_front() else {
                    break;
                };
                let queue = name.clone();
                add(
                    &mut arrows,
                    from,
                    step.pid,
                    put_at,
                    Passed::Items { queue, items: 1 },
                );
            }
        }
        arrows
    }
}

/// How far a count went, which wraps; one that went back did not go at all.
pub(super) fn count(old: u32, new: u32) -> u32 {
    let gone = new.wrapping_sub(old);
    if gone > u32::MAX / 2 { 0 } else { gone }
}

/// Births, ends that were waited for, signals.
fn between_processes(before: &View, after: &View, step: &Step) -> Option<Arrow> {
    let answer = step.answer.filter(|answer| *answer >= 0)?;
    let (from, to, what) = match step.call.as_str() {
        "fork" if after.processes.contains_key(&answer) => (step.pid, answer, Passed::Birth),
        "wait" if answer > 0 => {
            let status = before.processes.get(&answer)?.status.clone()?;
            (answer, step.pid, Passed::End { status })
        }
        "kill" => {
            let call = stands_at(before, step)?;
            let name = Signal(call.signal.filter(|signal| *signal != 0)?).name();
            (step.pid, call.pid?, Passed::Signal { name })
        }
        _ => return None,
    };
    Some(Arrow {
        from,
        to,
        sent: (step.step, step.step),
        what,
    })
}
