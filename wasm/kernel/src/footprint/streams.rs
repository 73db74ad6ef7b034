//! Which bytes of a stream a read or write moved.
//!
//! Those who write to a stream come in an order, and so do those who read. Between the two, order matters where a read
//! takes what the write put there, where it got less than it wanted, or where the write found room only because of the
//! read. The last is what a [`Touch::Append`] says by `needs`: how far the stream must have been read so that the write
//! has room *in every order* of the run. The exact moment hangs on how pages were shared, which is another thing in
//! another order; so the bound is a safe one, and where there is none the write waits for all reads.

use super::{Footprint, Thing, Touch};
use crate::channel::Channel;
use crate::descriptor::End;
use crate::limits::{PAGE_BYTES, SOCKET_BUFFER};
use crate::object::ObjectId;
use crate::pipe::Room;
use crate::{Kernel, Performed, Request, WasiRequest};
use forktalk_abi::Pid;
use forktalk_abi::wire::Call;

/// How far all streams of a run are.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    all: Vec<(StreamId, History)>,
}

/// An object, and the side that writes.
type StreamId = (ObjectId, u8);

/// A read or write that is about to be performed.
#[derive(Clone, Copy, Debug)]
pub struct Moving {
    stream: StreamId,
    writes: bool,
    /// The end whose holders decide what happens when nothing can be moved.
    peer: Thing,
    /// What it may move, and what of it was moved at earlier steps.
    total: usize,
    done: usize,
}

/// What went through a stream.
#[derive(Clone, Debug, Default)]
struct History {
    appended: u64,
    taken: u64,
    /// Where each page would end, if no two writes shared one.
    pages: Vec<u64>,
    /// Whether writes may have shared a page.
    shared: bool,
    /// What all chunks of a channel cost.
    charged: usize,
}

impl Moving {
    /// The end whose holders decide what happens when nothing can be moved.
    #[must_use]
    pub fn peer(self) -> Thing {
        self.peer
    }
}

impl Kernel {
    /// The read or write at which a process stands, if it moves bytes through a stream.
    #[must_use]
    pub fn moving(&self, pid: Pid) -> Option<Moving> {
        let pending = self.processes.get(pid)?.pending.as_ref()?;
        let (fd, writes) = match pending.request {
            Request::Call(Call::Read { fd, .. }) | Request::Wasi(WasiRequest::Read { fd, .. }) => {
                (fd, false)
            }
            Request::Call(Call::Write { fd, .. })
            | Request::Wasi(WasiRequest::Write { fd, .. }) => (fd, true),
            _ => return None,
        };
        let (stream, peer) = match (self.end_of(pid, fd).ok()?, writes) {
            (End::Reading(id), false) => ((id, 0), Thing::Ends(id, 1)),
            (End::Writing(id), true) => ((id, 0), Thing::Ends(id, 0)),
            (End::Side(id, side), true) => ((id, side), Thing::Ends(id, 1 - side)),
            (End::Side(id, side), false) => ((id, 1 - side), Thing::Ends(id, 1 - side)),
            _ => return None,
        };
        Some(Moving {
            stream,
            writes,
            peer,
            total: pending.total,
            done: pending.done,
        })
    }

    /// How much of the write at which a process stands was taken.
    fn taken_of_write(&self, pid: Pid) -> usize {
        let process = self.processes.get(pid);
        let pending = process.and_then(|process| process.pending.as_ref());
        pending.map_or(0, |pending| pending.done)
    }
}

impl Streams {
    /// Forgets all: a new run begins.
    pub fn clear(&mut self) {
        self.all.clear();
    }

    /// `moving` was performed by process `pid`, and this came of it: `footprint` is made to say which bytes it moved.
    pub fn moved(
        &mut self,
        kernel: &Kernel,
        pid: Pid,
        moving: Moving,
        performed: Performed,
        footprint: &mut Footprint,
    ) {
        let (id, side) = moving.stream;
        let bytes = Thing::Bytes(id, side);
        let touch = match performed {
            Performed::Answer(error) if error < 0 && moving.writes => {
                // Nobody reads there any more: what else lies there does not matter.
                return footprint.forget(bytes, Touch::Change);
            }
            Performed::Answer(error) if error < 0 => return,
            Performed::Answer(moved) if !moving.writes => {
                if moved > 0 {
                    // Only who finds nothing asks who holds the other end.
                    footprint.forget(moving.peer, Touch::Look);
                }
                self.history(moving.stream)
                    .take(moved as u64, moving.total as u64)
            }
            Performed::Answer(_) => {
                let took = moving.total - moving.done;
                self.history(moving.stream)
                    .append(kernel, moving, took, moving.done == 0)
            }
            Performed::Partly => {
                let took = kernel.taken_of_write(pid) - moving.done;
                self.history(moving.stream)
                    .append(kernel, moving, took, false)
            }
            Performed::Forked { .. } | Performed::Gone => return,
        };
        footprint.forget(bytes, Touch::Change);
        footprint.touch(bytes, touch);
        if moving.writes {
            footprint.forget(moving.peer, Touch::Look);
            let witness = kernel.first_holder(moving.peer);
            if let Some(witness) = witness.filter(|_| !kernel.holds(pid, moving.peer)) {
                footprint.touch(moving.peer, Touch::Held(witness));
            }
        }
    }

    fn history(&mut self, stream: StreamId) -> &mut History {
        let place = match self.all.iter().position(|(one, _)| *one == stream) {
            Some(place) => place,
            None => {
                self.all.push((stream, History::default()));
                self.all.len() - 1
            }
        };
        &mut self.all[place].1
    }
}

impl History {
    fn take(&mut self, bytes: u64, wanted: u64) -> Touch {
        let from = self.taken;
        self.taken += bytes;
        Touch::Take {
            from,
            to: self.taken,
            short: bytes < wanted,
        }
    }

    fn append(&mut self, kernel: &Kernel, moving: Moving, bytes: usize, whole: bool) -> Touch {
        let from = self.appended;
        self.appended += bytes as u64;
        self.shared |= !self.pages.is_empty() && !bytes.is_multiple_of(PAGE_BYTES);
        let mut end = from;
        while end < self.appended {
            end = self.appended.min(end + PAGE_BYTES as u64);
            self.pages.push(end);
        }
        self.charged += Channel::cost_of(bytes);
        let needs = match whole {
            true => self.needs(kernel, moving.stream),
            false => u64::MAX,
        };
        Touch::Append {
            from,
            to: self.appended,
            needs,
        }
    }

    /// How far the stream must be read so that the last write has room, whatever came before.
    fn needs(&self, kernel: &Kernel, (id, _): StreamId) -> u64 {
        let beyond = |limit: usize| self.appended.saturating_sub(limit as u64);
        if let Some(pipe) = kernel.objects.pipe(id) {
            return match pipe.room() {
                Room::Bytes(limit) => beyond(limit),
                Room::Slots(limit) => self.needs_of_pages(limit),
            };
        }
        match kernel.objects.channel(id).map(Channel::bytes_at_most) {
            Some(Some(limit)) => beyond(limit),
            Some(None) if self.charged <= SOCKET_BUFFER => 0,
            _ => u64::MAX,
        }
    }

    fn needs_of_pages(&self, limit: usize) -> u64 {
        // Of two writes on pages that follow each other the second did not fit beside the first: more than a page
        // together.
        let shared_at_most = 2 * (self.appended as usize).div_ceil(PAGE_BYTES) - 1;
        match self.pages.len() {
            pages if pages.min(shared_at_most) <= limit => 0,
            _ if self.shared => u64::MAX,
            pages => self.pages[pages - limit - 1],
        }
    }
}
