//! The kernel, drawn as a [`View`].

use super::*;
use crate::descriptor::{Descriptor, End};
use crate::object::Object;
use crate::poll::Watched;
use crate::process::{Pending, Process};
use crate::stream::{Message, Stream};
use crate::word::Sleep;
use crate::{FileId, Kernel, Request, WasiRequest, sentence};
use forktalk_abi::wire::Call;
use forktalk_abi::{Conditions, Fd, Pid};

/// How many processes may be made after one whose status was taken until the picture forgets it: it would grow
/// without bound.
const REMEMBERED: usize = 64;

impl Kernel {
    /// The picture of this state. `files` are the names of the source files, by [`FileId`]; the first is unknown.
    #[must_use]
    pub fn view(&self, files: &[String]) -> View {
        let mut view = View::default();
        let all = &self.processes.all;
        let forgotten = all.len().saturating_sub(REMEMBERED);
        let shown = all
            .iter()
            .enumerate()
            .filter(|(index, process)| !process.reaped || *index >= forgotten);
        for (_, process) in shown {
            let drawn = self.draw_process(process, files);
            view.processes.insert(drawn.pid, drawn);
        }
        for (id, object) in self.objects.iter() {
            let name = id.to_string();
            view.objects.insert(name.clone(), draw_object(name, object));
        }
        self.draw_queues(&mut view);
        connect(&mut view);
        queue_up(&mut view);
        queue::gather_waiting(&mut view);
        explain_waiting(&mut view);
        view
    }

    fn draw_process(&self, process: &Process, files: &[String]) -> ProcessView {
        let pending = process.pending.as_ref();
        let state = match pending {
            _ if process.reaped => State::Reaped,
            _ if !process.is_alive() => State::Ended,
            _ if process.stopped => State::Stopped,
            Some(_) if !self.is_enabled(Pid(process.pid)) => State::Waiting,
            _ => State::Ready,
        };
        let position = pending.map(|pending| pending.position);
        ProcessView {
            pid: process.pid,
            parent: process.parent,
            name: process.name.clone(),
            state,
            status: process.status.map(Status::from),
            call: pending.map(|pending| self.draw_call(process, pending)),
            waits_for: None,
            file: position.and_then(|position| file_name(files, position.file)),
            line: position.map_or(0, |position| position.line),
            born_at: process.born_at,
            descriptors: process
                .descriptors
                .iter()
                .map(|(fd, descriptor)| draw_descriptor(fd, descriptor))
                .collect(),
        }
    }

    fn draw_call(&self, process: &Process, pending: &Pending) -> CallView {
        let call = match pending.request {
            Request::Begin => return named("begin"),
            Request::Wasi(request) => return draw_wasi(request, process, pending),
            Request::Call(call) => call,
        };
        let mut drawn = named(call.name());
        drawn.deadline_ns = pending.deadline_ns;
        match call {
            Call::Read { fd, bytes, .. } | Call::SetCapacity { fd, bytes } => {
                drawn.fd = Some(fd as i32);
                drawn.bytes = Some(bytes);
            }
            Call::Write {
                fd,
                header_bytes,
                payload_bytes,
                ..
            } => {
                drawn.fd = Some(fd as i32);
                drawn.bytes = Some(header_bytes.saturating_add(payload_bytes));
                drawn.done = Some(pending.done as u32).filter(|done| *done > 0);
            }
            Call::Duplicate { fd }
            | Call::Close { fd }
            | Call::LayDown { writing: fd, .. }
            | Call::TakeUp { writing: fd, .. } => drawn.fd = Some(fd as i32),
            Call::Poll { .. } => drawn.watches = draw_watches(&pending.watched),
            Call::Exit { code } => drawn.code = Some(code as i32 & 0xff),
            Call::Wait { child, block, .. } => {
                drawn.pid = Some(child as i32);
                drawn.block = Some(block != 0);
            }
            Call::Kill { pid, signal } => {
                drawn.pid = Some(pid as i32);
                drawn.signal = Some(signal as i32);
            }
            Call::OpenProcess { child } => drawn.pid = Some(child as i32),
            Call::DieWithParent { parent } => drawn.pid = Some(parent as i32),
            Call::Lock { region, offset, .. } | Call::Unlock { region, offset } => {
                drawn.lock = Some(self.draw_lock(region, offset));
            }
            Call::WaitOnWord { region, offset, .. } => {
                let others = self.processes.all.iter().filter(|other| {
                    other.pid != process.pid && other.is_alive() && other.regions.contains(&region)
                });
                drawn.word = Some(WordView {
                    region,
                    offset,
                    asleep: pending.sleep != Sleep::Awake,
                    sharers: others.map(|other| other.pid).collect(),
                    queue: self.word_of_queue(region, offset),
                });
            }
            other => self.draw_access(other, &mut drawn),
        }
        drawn
    }

    fn draw_lock(&self, region: u32, offset: u32) -> LockView {
        let held = self.regions.get(region).ok();
        let holder = held.and_then(|region| region.locks().owner(offset));
        LockView {
            region,
            offset,
            holder: holder.map(|pid| pid.0),
            queue: self.lock_of_queue(region, offset),
        }
    }

    /// A call that reads or changes shared memory.
    fn draw_access(&self, call: Call, drawn: &mut CallView) {
        let mut part = |region, offset: u32, brings: &[u32], words: u32| {
            let all = self.regions.get(region).ok();
            let stands =
                (0..words).filter_map(|word| all?.load(offset.checked_add(4 * word)?).ok());
            drawn.part = Some(PartView {
                region,
                offset,
                brings: brings.to_vec(),
                stands: stands.collect(),
                queue: self.word_of_queue(region, offset),
            });
        };
        match call {
            Call::Load { region, offset, .. } => part(region, offset, &[], 1),
            Call::LoadWide { region, offset, .. } => part(region, offset, &[], 2),
            Call::Store {
                region,
                offset,
                value,
            }
            | Call::Add {
                region,
                offset,
                value,
                ..
            } => part(region, offset, &[value], 1),
            Call::StoreWide {
                region,
                offset,
                low,
                high,
            } => part(region, offset, &[low, high], 2),
            Call::Wake { region, offset } => part(region, offset, &[], 0),
            Call::CopyOut {
                region,
                offset,
                bytes,
                ..
            }
            | Call::CopyIn {
                region,
                offset,
                bytes,
                ..
            }
            | Call::Discard {
                region,
                offset,
                bytes,
            } => {
                part(region, offset, &[], 0);
                drawn.bytes = Some(bytes);
            }
            _ => {}
        }
    }
}

fn named(name: &str) -> CallView {
    CallView {
        name: name.to_owned(),
        ..CallView::default()
    }
}

fn draw_wasi(request: WasiRequest, process: &Process, pending: &Pending) -> CallView {
    let moves = |name: &str, fd: u32| CallView {
        fd: Some(fd as i32),
        bytes: Some(pending.total as u32),
        done: Some(pending.done as u32).filter(|done| *done > 0),
        ..named(name)
    };
    match request {
        WasiRequest::Write { fd, .. } => match process.descriptors.end(Fd(fd as i32)) {
            Ok(End::Stdout | End::Stderr) => moves("print", fd),
            _ => moves("fd_write", fd),
        },
        WasiRequest::Read { fd, .. } => moves("fd_read", fd),
        WasiRequest::Close { fd } => CallView {
            fd: Some(fd as i32),
            ..named("fd_close")
        },
        WasiRequest::Sleep { until_ns, .. } => CallView {
            deadline_ns: Some(until_ns),
            ..named("sleep")
        },
        WasiRequest::Exit { code } => CallView {
            code: Some(code as i32 & 0xff),
            ..named("exit")
        },
        WasiRequest::Yield => named("yield"),
    }
}

fn draw_watches(watched: &[Watched]) -> Vec<Watch> {
    // Negative ones are passed over by poll.
    let watched = watched.iter().filter(|one| one.fd.0 >= 0);
    let watches = watched.map(|one| {
        let interest = Conditions(one.interest);
        Watch {
            fd: one.fd.0,
            read: interest.any(Conditions::READABLE),
            write: interest.any(Conditions::WRITABLE),
        }
    });
    watches.collect()
}

fn draw_descriptor(fd: Fd, descriptor: &Descriptor) -> DescriptorView {
    let (role, side) = match descriptor.end {
        End::Stdin | End::Reading(_) => (Role::Reads, 0),
        End::Stdout | End::Stderr | End::Writing(_) => (Role::Writes, 0),
        End::Side(_, side) => (Role::Both, side),
        End::Watching(_) => (Role::Watches, 0),
    };
    let object = match descriptor.end {
        End::Stdin => "stdin".to_owned(),
        End::Stdout => "stdout".to_owned(),
        End::Stderr => "stderr".to_owned(),
        End::Reading(id) | End::Writing(id) | End::Side(id, _) | End::Watching(id) => {
            id.to_string()
        }
    };
    DescriptorView {
        fd: fd.0,
        object,
        role,
        side,
        inherited_at: descriptor.inherited_at,
        made_at: descriptor.made_at,
    }
}

fn draw_object(name: String, object: &Object) -> ObjectView {
    let queue = match object {
        Object::Pipe(pipe) => queue::bell(pipe),
        _ => None,
    };
    let (kind, pid, streams) = match object {
        Object::Pipe(pipe) => (
            Kind::Pipe,
            None,
            vec![draw_stream(pipe.stream(), pipe.capacity())],
        ),
        Object::Channel(channel) => {
            let stream = |side| draw_stream(channel.stream_from(side), channel.capacity());
            (Kind::Channel, None, vec![stream(0), stream(1)])
        }
        Object::Watch(watch) => (Kind::Process, Some(watch.pid().0), Vec::new()),
    };
    ObjectView {
        name,
        kind,
        pid,
        streams,
        queue,
    }
}

fn draw_stream(stream: &Stream, capacity: usize) -> StreamView {
    StreamView {
        capacity: capacity as u64,
        bytes: stream.bytes() as u64,
        messages: stream.messages().map(draw_message).collect(),
        ..StreamView::default()
    }
}

fn draw_message(message: &Message) -> MessageView {
    MessageView {
        bytes: message.bytes as u64,
        unread: message.unread as u64,
        from: message.from.0,
        step: message.step,
        text: escaped(message.preview.bytes()),
    }
}

/// Bytes as a person can read them: `\x07` for what is no text.
fn escaped(bytes: &[u8]) -> String {
    // The preview may end within a character: what is cut off there is no reason to escape the rest.
    let end = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    let is_text = |text: &&str| !text.chars().any(char::is_control);
    match std::str::from_utf8(&bytes[..end]).ok().filter(is_text) {
        Some(text) => text.to_owned(),
        None => bytes.escape_ascii().to_string(),
    }
}

fn file_name(files: &[String], file: FileId) -> Option<String> {
    match file.0 {
        0 => None,
        number => files.get(usize::from(number)).cloned(),
    }
}

/// Who holds which end, from the descriptors.
fn connect(view: &mut View) {
    for process in view.processes.values() {
        for descriptor in &process.descriptors {
            let Some(object) = view.objects.get_mut(&descriptor.object) else {
                continue;
            };
            let end = EndView {
                pid: process.pid,
                fd: descriptor.fd,
            };
            for (number, stream) in object.streams.iter_mut().enumerate() {
                if descriptor.reads_stream() == Some(number) {
                    stream.readers.push(end);
                }
                if descriptor.writes_stream() == Some(number) {
                    stream.writers.push(end);
                }
            }
        }
    }
}

/// Who waits at which stream, from the calls.
fn queue_up(view: &mut View) {
    let mut waiting = Vec::new();
    for process in view
        .processes
        .values()
        .filter(|process| process.state == State::Waiting)
    {
        let Some(call) = &process.call else { continue };
        for (fd, reads) in awaited(call) {
            let Some((descriptor, _)) = view.descriptor(process.pid, fd) else {
                continue;
            };
            let stream = if reads {
                descriptor.reads_stream()
            } else {
                descriptor.writes_stream()
            };
            if let Some(stream) = stream {
                waiting.push((process.pid, descriptor.object.clone(), stream, reads));
            }
        }
    }
    for (pid, object, number, reads) in waiting {
        let object = view.objects.get_mut(&object);
        if let Some(stream) = object.and_then(|object| object.streams.get_mut(number)) {
            let queue = if reads {
                &mut stream.waiting_readers
            } else {
                &mut stream.waiting_writers
            };
            if !queue.contains(&pid) {
                queue.push(pid);
            }
        }
    }
}

/// The descriptors that a waiting call is about: to read, or to write.
fn awaited(call: &CallView) -> Vec<(i32, bool)> {
    match call.fd {
        Some(fd) if call.is_read() => vec![(fd, true)],
        Some(fd) if call.is_write() => vec![(fd, false)],
        _ => {
            let read = call.watches.iter().filter(|watch| watch.read);
            let written = call.watches.iter().filter(|watch| watch.write);
            let read = read.map(|watch| (watch.fd, true));
            read.chain(written.map(|watch| (watch.fd, false))).collect()
        }
    }
}

fn explain_waiting(view: &mut View) {
    let said: Vec<_> = view
        .processes
        .values()
        .filter_map(|process| Some((process.pid, sentence::waits_for(view, process)?)))
        .collect();
    for (pid, sentence) in said {
        if let Some(process) = view.processes.get_mut(&pid) {
            process.waits_for = Some(sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_text_where_it_can_be() {
        assert_eq!(escaped(b"hello"), "hello");
        assert_eq!(escaped(b"\x00\x07a"), "\\x00\\x07a");
        assert_eq!(escaped("管道".as_bytes()), "管道");
        assert_eq!(escaped(&"管道".as_bytes()[..4]), "管");
    }
}
