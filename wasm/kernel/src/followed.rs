//! What is asked by who follows a run that happened elsewhere, and seeks the order in which it did: whether the call at
//! which a process stands would now answer what it answered there.

use crate::Kernel;
use crate::descriptor::End;
use crate::pipe::Pipe;
use crate::stream::Stream;
use forktalk_abi::Pid;

impl Kernel {
    /// Lets the clock move on to `now_ns`, never back.
    pub fn advance_to(&mut self, now_ns: u64) {
        self.clock.advance_to(now_ns);
    }

    /// Whether the call at which a process stands would not block, its deadline aside.
    #[must_use]
    pub fn is_ready(&self, pid: Pid) -> bool {
        self.would_go(pid, |_| false)
    }

    /// How many bytes lie there for who reads from a descriptor.
    #[must_use]
    pub fn bytes_for(&self, pid: Pid, fd: u32) -> usize {
        let stream = match self.end_of(pid, fd) {
            Ok(End::Reading(id)) => self.objects.pipe(id).map(Pipe::stream),
            Ok(End::Side(id, side)) => {
                let channel = self.objects.channel(id);
                channel.map(|channel| channel.stream_from(1 - (side & 1)))
            }
            _ => None,
        };
        stream.map_or(0, Stream::bytes)
    }

    /// Whether nobody could read what is written to a descriptor.
    #[must_use]
    pub fn is_deserted(&self, pid: Pid, fd: u32) -> bool {
        match self.end_of(pid, fd) {
            Ok(End::Writing(id)) => self
                .objects
                .pipe(id)
                .is_some_and(|pipe| pipe.readers() == 0),
            Ok(End::Side(id, side)) => {
                let channel = self.objects.channel(id);
                channel.is_some_and(|channel| channel.holders(1 - (side & 1)) == 0)
            }
            _ => false,
        }
    }
}
