//! The picture of a state: what the page, the table, the sentences and the deadlock report read.
//!
//! A [`View`] is plain data, with numbers and names for everything, so that it can be written into a trace and read
//! back on another machine. `draw.rs` draws it from the kernel; which words describe it is in `sentence.rs`. Every
//! map is ordered: the same state gives the same bytes.

mod draw;
mod queue;

pub use queue::{Awaited, OfQueue, QueuePart, QueueView};

use crate::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that can be seen of a state, between two steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The processes by number, the ended ones too.
    pub processes: BTreeMap<i32, ProcessView>,
    /// The kernel objects by name: A, B, C, …
    pub objects: BTreeMap<String, ObjectView>,
    /// The queues by name: A, B, C, … in an order of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub queues: BTreeMap<String, QueueView>,
}

/// What changed from one view to the next; an entry without a value is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The processes that look different.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub processes: BTreeMap<i32, Option<ProcessView>>,
    /// The objects that look different.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, Option<ObjectView>>,
    /// The queues that look different.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub queues: BTreeMap<String, Option<QueueView>>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessView {
    /// Its number.
    pub pid: i32,
    /// The parent's number; 0 for the root.
    pub parent: i32,
    /// Its name, for people.
    pub name: String,
    /// Whether it can go on.
    pub state: State,
    /// How it ended, if it has.
    pub status: Option<Status>,
    /// The call that it stands at.
    pub call: Option<CallView>,
    /// Why it waits, if it does.
    pub waits_for: Option<Sentence>,
    /// The source file of that call, if known.
    pub file: Option<String>,
    /// The line of that call; 0 if unknown.
    pub line: u32,
    /// The step of the fork that made it; 0 for the root.
    pub born_at: u32,
    /// Its descriptors, by number.
    pub descriptors: Vec<DescriptorView>,
}

/// Whether a process can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It can take its next step.
    Ready,
    /// Its call would block.
    Waiting,
    /// It was stopped at its call, and never goes on.
    Stopped,
    /// It has ended, and nobody has taken its status.
    Ended,
    /// It has ended, and its status was taken: only the picture remembers it.
    Reaped,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Status {
    /// By itself.
    Exited {
        /// The exit code.
        code: i32,
    },
    /// By a signal.
    Signaled {
        /// The signal's number.
        signal: i32,
        /// The signal's name.
        name: String,
    },
}

impl From<forktalk_abi::ExitStatus> for Status {
    fn from(status: forktalk_abi::ExitStatus) -> Status {
        match status {
            forktalk_abi::ExitStatus::Exited(code) => Status::Exited { code },
            forktalk_abi::ExitStatus::Signaled(signal) => Status::Signaled {
                signal: signal.0,
                name: signal.name().to_owned(),
            },
        }
    }
}

/// A call that a process stands at, with the arguments that a person wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallView {
    /// Its name, as [`forktalk_abi::wire::Call::name`] has it; `begin` for a newborn; of the standard library's calls
    /// `print`, `sleep`, `exit`, `yield`, and what is left under its own name: `fd_read`, `fd_write`, `fd_close`.
    pub name: String,
    /// The descriptor that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fd: Option<i32>,
    /// How many bytes it asks for or gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
    /// How many of those were written already, in earlier steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<u32>,
    /// The descriptors that a poll watches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watches: Vec<Watch>,
    /// The process that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<i32>,
    /// The signal that it sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// The exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// Whether a wait blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<bool>,
    /// The name of the child that a fork makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<String>,
    /// The lock that it wants, or releases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<LockView>,
    /// What it reads or changes of a region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<PartView>,
    /// The word that it sleeps on, or will.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<WordView>,
    /// The clock's reading at which it gives up waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_ns: Option<u64>,
}

/// One descriptor of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The descriptor.
    pub fd: i32,
    /// Whether it is to be readable.
    pub read: bool,
    /// Whether it is to be writable.
    pub write: bool,
}

/// A robust lock in a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockView {
    /// The region's number.
    pub region: u32,
    /// Where in it the lock lies.
    pub offset: u32,
    /// The process that holds it.
    pub holder: Option<i32>,
    /// The queue that it is a part of, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<OfQueue>,
}

/// A word of a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordView {
    /// The region's number.
    pub region: u32,
    /// Where in it the word lies.
    pub offset: u32,
    /// Whether the process sleeps there already.
    pub asleep: bool,
    /// The other processes that share the region, so could wake it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sharers: Vec<i32>,
    /// The queue that it is a part of, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<OfQueue>,
}

/// A part of a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// The region's number.
    pub region: u32,
    /// Where in it the part begins.
    pub offset: u32,
    /// The words that the call writes there, or adds.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub brings: Vec<u32>,
    /// The words that stand there, of a call that is about words.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub stands: Vec<u32>,
    /// The queue that it is a part of, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<OfQueue>,
}

/// A descriptor of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescriptorView {
    /// Its number.
    pub fd: i32,
    /// The object's name; `stdin`, `stdout` or `stderr` for the first three.
    pub object: String,
    /// What can be done through it.
    pub role: Role,
    /// Which side of a channel it is; 0 elsewhere.
    pub side: u8,
    /// The step of the fork by which this process got it; nothing if it made it itself.
    pub inherited_at: Option<u32>,
    /// The step at which the first of its line was made.
    pub made_at: u32,
}

/// What a descriptor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It is the reading end of a pipe.
    Reads,
    /// It is the writing end of a pipe.
    Writes,
    /// It is a side of a channel.
    Both,
    /// It becomes readable when a process has ended.
    Watches,
}

/// A kernel object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The process that it watches, if it watches one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<i32>,
    /// One for a pipe, two for a channel: stream 0 carries what side 0 writes, stream 1 what side 1 writes.
    pub streams: Vec<StreamView>,
    /// The queue that it is a part of, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<OfQueue>,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A pipe: one way.
    Pipe,
    /// A channel: both ways.
    Channel,
    /// A watch on a process.
    Process,
}

/// Bytes on their way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamView {
    /// How many bytes it holds at most.
    pub capacity: u64,
    /// How many lie there now.
    pub bytes: u64,
    /// The writes of which something lies there, the oldest first.
    pub messages: Vec<MessageView>,
    /// Who holds an end to write.
    pub writers: Vec<EndView>,
    /// Who holds an end to read.
    pub readers: Vec<EndView>,
    /// The processes that wait to read.
    pub waiting_readers: Vec<i32>,
    /// The processes that wait to write.
    pub waiting_writers: Vec<i32>,
}

/// What one write put there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// How many bytes were written.
    pub bytes: u64,
    /// How many of them are not read yet.
    pub unread: u64,
    /// Who wrote them.
    pub from: i32,
    /// At which step.
    pub step: u32,
    /// Its first bytes, escaped.
    pub text: String,
}

/// Who holds an end, and under which descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndView {
    /// The process.
    pub pid: i32,
    /// The descriptor.
    pub fd: i32,
}

impl View {
    /// What has to change in `old` to make it `new`.
    #[must_use]
    pub fn difference(old: &View, new: &View) -> Change {
        Change {
            processes: changed(&old.processes, &new.processes),
            objects: changed(&old.objects, &new.objects),
            queues: changed(&old.queues, &new.queues),
        }
    }

    /// Makes the change that [`View::difference`] found.
    pub fn apply(&mut self, change: &Change) {
        replace(&mut self.processes, &change.processes);
        replace(&mut self.objects, &change.objects);
        replace(&mut self.queues, &change.queues);
    }

    /// The object that a process's descriptor leads to, with the descriptor.
    #[must_use]
    pub fn descriptor(&self, pid: i32, fd: i32) -> Option<(&DescriptorView, Option<&ObjectView>)> {
        let process = self.processes.get(&pid)?;
        let descriptor = process.descriptors.iter().find(|d| d.fd == fd)?;
        Some((descriptor, self.objects.get(&descriptor.object)))
    }

    /// The stream that a process reads through its descriptor.
    #[must_use]
    pub fn read_stream(&self, pid: i32, fd: i32) -> Option<(&ObjectView, &StreamView)> {
        let (descriptor, object) = self.descriptor(pid, fd)?;
        let object = object?;
        Some((object, object.streams.get(descriptor.reads_stream()?)?))
    }

    /// The stream that a process writes through its descriptor.
    #[must_use]
    pub fn write_stream(&self, pid: i32, fd: i32) -> Option<(&ObjectView, &StreamView)> {
        let (descriptor, object) = self.descriptor(pid, fd)?;
        let object = object?;
        Some((object, object.streams.get(descriptor.writes_stream()?)?))
    }
}

impl CallView {
    /// Whether it only waits for its time: a sleep, or a poll of nothing.
    #[must_use]
    pub fn is_sleep(&self) -> bool {
        let polls_nothing = self.name == "poll" && self.watches.is_empty();
        self.name == "sleep" || (polls_nothing && self.deadline_ns.is_some())
    }

    /// Whether it reads.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(self.name.as_str(), "read" | "fd_read")
    }

    /// Whether it writes.
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self.name.as_str(), "write" | "fd_write" | "print")
    }
}

impl DescriptorView {
    /// Which of its object's streams it reads.
    #[must_use]
    pub fn reads_stream(&self) -> Option<usize> {
        match self.role {
            Role::Reads => Some(0),
            Role::Both => Some(1 - usize::from(self.side & 1)),
            Role::Writes | Role::Watches => None,
        }
    }

    /// Which of its object's streams it writes.
    #[must_use]
    pub fn writes_stream(&self) -> Option<usize> {
        match self.role {
            Role::Writes => Some(0),
            Role::Both => Some(usize::from(self.side & 1)),
            Role::Reads | Role::Watches => None,
        }
    }
}

impl Change {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.processes.is_empty() && self.objects.is_empty() && self.queues.is_empty()
    }
}

fn changed<K: Ord + Clone, V: PartialEq + Clone>(
    old: &BTreeMap<K, V>,
    new: &BTreeMap<K, V>,
) -> BTreeMap<K, Option<V>> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let different = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(*value));
    gone.map(|key| (key.clone(), None))
        .chain(different.map(|(key, value)| (key.clone(), Some(value.clone()))))
        .collect()
}

fn replace<K: Ord + Clone, V: Clone>(all: &mut BTreeMap<K, V>, change: &BTreeMap<K, Option<V>>) {
    for (key, value) in change {
        match value {
            Some(value) => all.insert(key.clone(), value.clone()),
            None => all.remove(key),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, bytes: u64) -> (String, ObjectView) {
        let stream = StreamView {
            bytes,
            ..StreamView::default()
        };
        let object = ObjectView {
            name: name.to_owned(),
            kind: Kind::Pipe,
            pid: None,
            streams: vec![stream],
            queue: None,
        };
        (name.to_owned(), object)
    }

    #[test]
    fn applying_the_difference_gives_the_new_view() {
        let mut old = View::default();
        old.objects
            .extend([object("A", 1), object("B", 2), object("C", 3)]);
        let mut new = View::default();
        new.objects
            .extend([object("B", 2), object("C", 4), object("D", 5)]);
        let change = View::difference(&old, &new);
        assert_eq!(
            change.objects.keys().collect::<Vec<_>>(),
            ["A", "C", "D"],
            "B did not change"
        );
        assert_eq!(change.objects["A"], None, "A is gone");
        old.apply(&change);
        assert_eq!(old, new);
        assert!(View::difference(&old, &new).is_empty());
    }
}
