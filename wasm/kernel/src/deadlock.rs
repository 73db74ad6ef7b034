//! Who waits for whom, who holds it open, since which fork, and what to do about it.
//!
//! A run is stuck when nobody can take a step, no wait has a deadline, and somebody has not ended. Then every process
//! that is left waits for something that only another waiting process could do, or one that was stopped. [`explain`] reads that from the
//! picture and says it so that a beginner can mend the program: what each process stands at, who holds the end that
//! it waits for (under which descriptor, inherited at which fork or made where), the circle if there is one, and
//! which descriptor to close.

use crate::sentence::{Sentence, is_stopped, join, object, say, who};
use crate::view::{
    Awaited, CallView, DescriptorView, EndView, Kind, ObjectView, QueuePart, State, View,
};
use crate::{Kernel, Position};
use serde::{Deserialize, Serialize};

mod advice;
mod queues;
mod tell;

/// An explained deadlock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlock {
    /// The processes that wait, by number.
    pub waiters: Vec<Waiter>,
    /// The processes that were stopped for ever, by number: they wait for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<Waiter>,
    /// Processes of which each waits for the next, and the last for the first; empty if there is no such circle.
    pub cycle: Vec<i32>,
    /// The circle in a sentence, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circle: Option<Sentence>,
    /// What to change in the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Sentence>,
}

/// A process that cannot go on: it waits, or was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// Its number.
    pub pid: i32,
    /// Its name.
    pub name: String,
    /// The call that it stands at.
    pub call: String,
    /// The source file of that call, if known.
    pub file: Option<String>,
    /// The line of that call; 0 if unknown.
    pub line: u32,
    /// All of it in words.
    pub sentence: Sentence,
    /// What it waits for.
    pub waits_for: Vec<WaitsFor>,
}

/// Something that a process waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitsFor {
    /// The object's name; for a process or a lock, what it is.
    pub object: String,
    /// What its holders could do: `writes`, `reads`, `ends`, `unlocks`, `wakes`; at a queue `puts`, `gets`,
    /// `finishes`.
    pub role: String,
    /// Who could.
    pub holders: Vec<Holder>,
}

/// Somebody that another waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its number.
    pub pid: i32,
    /// Its name.
    pub name: String,
    /// The descriptor by which it holds the end; nothing for a process or a lock.
    pub fd: Option<i32>,
    /// The step of the fork by which it got the descriptor; nothing if it made it itself.
    pub inherited_at: Option<u32>,
    /// The step at which the end was made.
    pub made_at: u32,
    /// The source file of that fork, or else of the making, if known.
    pub file: Option<String>,
    /// The line of it; 0 if unknown.
    pub line: u32,
}

/// Where the program made the call of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The source file.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// Explains why nobody in `view` can go on. `place` says where the call of a step was made, if that is known.
#[must_use]
pub fn explain(view: &View, place: &dyn Fn(u32) -> Option<Place>) -> Deadlock {
    let stuck = Stuck { view, place };
    let mut waiters = stuck.all(State::Waiting);
    for waiter in &mut waiters {
        waiter.waits_for = stuck.waits_for(waiter.pid);
        waiter.sentence = tell::waiter(view, waiter);
    }
    let mut stopped = stuck.all(State::Stopped);
    for process in &mut stopped {
        process.sentence = tell::stopped(view, process);
    }
    let cycle = shortest_cycle(&waiters);
    Deadlock {
        circle: tell::circle(view, &cycle),
        advice: advice::for_all(view, &waiters),
        cycle,
        waiters,
        stopped,
    }
}

impl Deadlock {
    /// The whole explanation, a sentence or two a line.
    #[must_use]
    pub fn lines(&self) -> Vec<Sentence> {
        let waiters = self.waiters.iter().chain(&self.stopped);
        let waiters = waiters.map(|waiter| waiter.sentence.clone());
        let circle = self.circle.iter().cloned();
        let advice = self.advice.iter();
        let advice = advice.map(|what| say!("What to do: {}", "怎么办：{}", what.clone()));
        waiters.chain(circle).chain(advice).collect()
    }
}

impl Kernel {
    /// Explains why nobody can go on. `files` are the names of the source files, by [`crate::FileId`].
    #[must_use]
    pub fn explain(&self, files: &[String]) -> Deadlock {
        explain(&self.view(files), &|step| {
            let position = self.position_of(step)?;
            let file = files
                .get(usize::from(position.file.0))
                .filter(|name| !name.is_empty())?;
            Some(Place {
                file: file.clone(),
                line: position.line,
            })
        })
    }

    /// Where the program made the call of a step by which a process was born or a descriptor made.
    fn position_of(&self, step: u32) -> Option<Position> {
        self.processes.all.iter().find_map(|process| {
            if process.born_at == step {
                return Some(process.born_from);
            }
            let mut descriptors = process.descriptors.iter();
            let (_, made) = descriptors.find(|(_, descriptor)| descriptor.made_at == step)?;
            Some(made.made_from)
        })
    }
}

/// The state that is explained.
struct Stuck<'a> {
    view: &'a View,
    place: &'a dyn Fn(u32) -> Option<Place>,
}

impl Stuck<'_> {
    /// Who is left in this state.
    fn all(&self, state: State) -> Vec<Waiter> {
        let left = self.view.processes.values();
        let left = left.filter(|process| process.state == state);
        let told = left.filter_map(|process| {
            Some(Waiter {
                pid: process.pid,
                name: process.name.clone(),
                call: process.call.as_ref()?.name.clone(),
                file: process.file.clone(),
                line: process.line,
                sentence: Sentence::default(),
                waits_for: Vec::new(),
            })
        });
        told.collect()
    }

    fn waits_for(&self, pid: i32) -> Vec<WaitsFor> {
        if let Some((queue, what)) = self.view.awaited(pid) {
            return self.served(&queue, what).into_iter().collect();
        }
        let process = self.view.processes.get(&pid);
        let Some(call) = process.and_then(|process| process.call.as_ref()) else {
            return Vec::new();
        };
        let fd = call.fd.unwrap_or(-1);
        let one = match call.name.as_str() {
            _ if call.is_read() => self.somebody_to_write(pid, fd),
            _ if call.is_write() => self.somebody_to_read(pid, fd),
            "wait" => call.pid.map(|child| self.process_to_end(child)),
            "lock" => self.lock_to_be_free(call),
            "wait on word" => self.word_to_be_woken(call),
            "poll" => {
                let watches = call.watches.iter();
                return watches
                    .filter_map(|watch| self.watched(pid, watch))
                    .collect();
            }
            _ => None,
        };
        one.into_iter().collect()
    }

    fn watched(&self, pid: i32, watch: &crate::view::Watch) -> Option<WaitsFor> {
        if let Some(of) = self.view.bell(pid, watch.fd)
            && let QueuePart::Bell(what) = of.part
        {
            return self.served(&of.name, what);
        }
        let (_, object) = self.view.descriptor(pid, watch.fd)?;
        match object?.pid {
            Some(process) => Some(self.process_to_end(process)),
            None if watch.read => self.somebody_to_write(pid, watch.fd),
            None if watch.write => self.somebody_to_read(pid, watch.fd),
            None => None,
        }
    }

    fn somebody_to_write(&self, pid: i32, fd: i32) -> Option<WaitsFor> {
        let (object, stream) = self.view.read_stream(pid, fd)?;
        Some(self.ends(object, "writes", &stream.writers))
    }

    fn somebody_to_read(&self, pid: i32, fd: i32) -> Option<WaitsFor> {
        let (object, stream) = self.view.write_stream(pid, fd)?;
        Some(self.ends(object, "reads", &stream.readers))
    }

    fn ends(&self, object: &ObjectView, role: &str, ends: &[EndView]) -> WaitsFor {
        WaitsFor {
            object: object.name.clone(),
            role: role.to_owned(),
            holders: ends.iter().filter_map(|end| self.end(end)).collect(),
        }
    }

    /// Somebody who holds a queue does what another waits for there. The pipe that wakes stands for it.
    fn served(&self, queue: &str, what: Awaited) -> Option<WaitsFor> {
        let bell = self.view.bell_of(queue, what)?;
        let mut served = self.ends(bell, queues::role(what), &bell.streams.first()?.writers);
        served.holders.dedup_by_key(|holder| holder.pid);
        Some(served)
    }

    fn end(&self, end: &EndView) -> Option<Holder> {
        let (descriptor, _) = self.view.descriptor(end.pid, end.fd)?;
        Some(self.holder(end.pid, Some(descriptor)))
    }

    fn process_to_end(&self, pid: i32) -> WaitsFor {
        WaitsFor {
            object: format!("process {pid}"),
            role: "ends".to_owned(),
            holders: vec![self.holder(pid, None)],
        }
    }

    fn lock_to_be_free(&self, call: &CallView) -> Option<WaitsFor> {
        let lock = call.lock.as_ref()?;
        Some(WaitsFor {
            object: format!("lock {}:{}", lock.region, lock.offset),
            role: "unlocks".to_owned(),
            holders: vec![self.holder(lock.holder?, None)],
        })
    }

    fn word_to_be_woken(&self, call: &CallView) -> Option<WaitsFor> {
        let word = call.word.as_ref()?;
        let sharers = word.sharers.iter();
        Some(WaitsFor {
            object: format!("word {}:{}", word.region, word.offset),
            role: "wakes".to_owned(),
            holders: sharers.map(|pid| self.holder(*pid, None)).collect(),
        })
    }

    fn holder(&self, pid: i32, descriptor: Option<&DescriptorView>) -> Holder {
        let process = self.view.processes.get(&pid);
        let born_at = process.map_or(0, |process| process.born_at);
        let inherited_at = descriptor.and_then(|d| d.inherited_at);
        let made_at = descriptor.map_or(born_at, |d| d.made_at);
        let place = (self.place)(inherited_at.unwrap_or(made_at));
        let (file, line) = place.map_or((None, 0), |place| (Some(place.file), place.line));
        Holder {
            pid,
            name: process.map_or_else(String::new, |process| process.name.clone()),
            fd: descriptor.map(|d| d.fd),
            inherited_at,
            made_at,
            file,
            line,
        }
    }
}

/// The shortest circle of waiting, the one of the lowest process among those: a process that waits for itself first.
fn shortest_cycle(waiters: &[Waiter]) -> Vec<i32> {
    let circles = waiters
        .iter()
        .filter_map(|from| way_back(waiters, from.pid));
    circles.min_by_key(Vec::len).unwrap_or_default()
}

/// The shortest way from a process over those it waits for back to itself, breadth first.
fn way_back(waiters: &[Waiter], home: i32) -> Option<Vec<i32>> {
    let mut ways = std::collections::VecDeque::from([vec![home]]);
    let mut seen = Vec::new();
    while let Some(way) = ways.pop_front() {
        let here = way.last().copied()?;
        let waiter = waiters.iter().find(|waiter| waiter.pid == here);
        for next in waiter.into_iter().flat_map(Waiter::pids) {
            if next == home {
                return Some(way);
            }
            if !seen.contains(&next) {
                seen.push(next);
                let mut longer = way.clone();
                longer.push(next);
                ways.push_back(longer);
            }
        }
    }
    None
}

impl Waiter {
    /// The processes that it waits for, each once.
    fn pids(&self) -> Vec<i32> {
        let holders = self.waits_for.iter().flat_map(|what| &what.holders);
        let mut pids: Vec<i32> = holders.map(|holder| holder.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    }
}

/// Whether the object carries both ways, so that its ends are sides.
fn is_channel(view: &View, name: &str) -> bool {
    view.objects
        .get(name)
        .is_some_and(|object| object.kind == Kind::Channel)
}

/// A place in a sentence: " (src/main.rs:9)"; nothing if it is not known.
fn at(file: Option<&str>, line: u32) -> Sentence {
    match file {
        Some(file) => say!(" ({}:{})", "（{}:{}）", file, line),
        None => Sentence::default(),
    }
}

/// "main (1)", or "itself" if that is the one who is spoken of; "the stopped main (1)", of whom nothing can be hoped.
fn who_or_itself(view: &View, pid: i32, subject: i32) -> Sentence {
    match who(view, pid) {
        itself if pid == subject => say!("{} itself", "{}自己", itself),
        stopped if is_stopped(view, pid) => say!("the stopped {}", "已停住的{}", stopped),
        other => other,
    }
}

/// The object as people call it: "pipe A".
fn named(view: &View, name: &str) -> Sentence {
    match view.objects.get(name) {
        Some(found) => object(view, found),
        None => say!("{}", "{}", name),
    }
}

fn sentences(all: Vec<Sentence>) -> Sentence {
    let said: Vec<_> = all
        .into_iter()
        .filter(|sentence| !sentence.en.is_empty())
        .collect();
    join(&said, " ", "")
}
