//! A single moment of a run: what each process stands at and waits for, what lies in each pipe, and who holds its ends.

use std::fmt::Write as _;

use forktalk_kernel::view::{
    EndView, Kind, MessageView, ObjectView, ProcessView, QueueView, State, StreamView, View,
};

use super::label::{self, who};
use super::story::{ending, place};

/// So many messages of a pipe are named.
const MOST_MESSAGES: usize = 4;

/// A paragraph for the processes, one for the pipes and channels, one for the queues.
#[must_use]
pub fn state(view: &View) -> String {
    let mut text = String::new();
    let names: Vec<String> = view.processes.keys().map(|pid| who(view, *pid)).collect();
    let name_width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    for (name, process) in names.iter().zip(view.processes.values()) {
        let _ = writeln!(text, "  {name:name_width$}  {}", doing(view, process));
    }
    // The pipes of a queue are no pipes to the program.
    for object in view
        .objects
        .values()
        .filter(|object| object.queue.is_none())
    {
        text += &lying(view, object);
    }
    for queue in view.queues.values() {
        text += &queued(view, queue);
    }
    text
}

fn doing(view: &View, process: &ProcessView) -> String {
    if let Some(status) = &process.status {
        let taken = match process.state == State::Reaped {
            true => "",
            false => "; nobody has waited for it yet",
        };
        return format!("has ended: {}{taken}", ending(status));
    }
    let said = match &process.waits_for {
        Some(said) => said.en.clone(),
        None if process.call.is_none() => "computes".to_owned(),
        None => format!("is ready: {}", label::next(view, process)),
    };
    match place(process.file.as_deref(), process.line) {
        place if place.is_empty() => said,
        place => format!("{said} ({place})"),
    }
}

fn lying(view: &View, object: &ObjectView) -> String {
    match (object.kind, object.streams.as_slice()) {
        (Kind::Pipe, [stream]) => {
            let ends = [
                ("writing ends:", holders(view, &stream.writers)),
                ("reading ends:", holders(view, &stream.readers)),
            ];
            format!(
                "  pipe {}: {}; {}\n",
                object.name,
                bytes(view, stream),
                joined(&ends)
            )
        }
        (Kind::Channel, [from_first, from_second]) => {
            let first = holders(view, &from_first.writers);
            let second = holders(view, &from_second.writers);
            format!(
                "  channel {0}: side 0 held by {first}; side 1 held by {second}\n    from side 0: {1}\n    from side 1: {2}\n",
                object.name,
                bytes(view, from_first),
                bytes(view, from_second),
            )
        }
        _ => String::new(),
    }
}

fn joined(ends: &[(&str, String)]) -> String {
    let parts: Vec<String> = ends
        .iter()
        .map(|(how, whom)| format!("{how} {whom}"))
        .collect();
    parts.join("; ")
}

fn holders(view: &View, ends: &[EndView]) -> String {
    let names: Vec<String> = ends
        .iter()
        .map(|end| format!("{} as descriptor {}", who(view, end.pid), end.fd))
        .collect();
    match names.is_empty() {
        true => "nobody".to_owned(),
        false => names.join(", "),
    }
}

fn bytes(view: &View, stream: &StreamView) -> String {
    if stream.bytes == 0 {
        return "empty".to_owned();
    }
    let message = |message: &MessageView| {
        let (from, step) = (who(view, message.from), message.step);
        format!("{} B of {from} from step {step}", message.unread)
    };
    let mut named: Vec<String> = stream
        .messages
        .iter()
        .take(MOST_MESSAGES)
        .map(message)
        .collect();
    if let more @ 1.. = stream.messages.len().saturating_sub(MOST_MESSAGES) {
        named.push(format!("{more} more"));
    }
    format!(
        "{} of {} bytes ({})",
        stream.bytes,
        stream.capacity,
        named.join(", ")
    )
}

fn queued(view: &View, queue: &QueueView) -> String {
    let mut text = format!("  queue {}: {} items", queue.name, queue.items);
    if let Some(bound) = queue.bound {
        let _ = write!(text, " of at most {bound}");
    }
    if queue.closed {
        text += "; closed for all";
    }
    let waiting: Vec<String> = queue.waiting.iter().map(|pid| who(view, *pid)).collect();
    if !waiting.is_empty() {
        let _ = write!(text, "; waiting there: {}", waiting.join(", "));
    }
    text.push('\n');
    text
}
