//! Letting a busy stream gather, so that one read takes many messages.
//!
//! A reader that has room for much and is faster than the writer finds one small message a read, and sleeps before
//! the next. Then both do a system call a message, and the writer pays for waking the reader too. If the reader
//! instead leaves the stream alone for a moment, in no queue of the kernel's, the writer goes on undisturbed, and the
//! next read takes all that has gathered.
//!
//! That delays messages, so it is done only where it was seen to help. After a run of small reads in quick
//! succession one pause is tried; if several times as much has gathered, pauses go on before each read; if not (the
//! peer waits for an answer, say), the next trial needs a run twice as long. Streams that are slow, or whose reads
//! are large, are never touched.

use crate::clock;
use core::cell::Cell;
use core::time::Duration;
use forktalk_abi::Fd;

/// How long the stream is left alone. Linux adds up to 50 µs of its own (`PR_SET_TIMERSLACK`).
const PAUSE: Duration = Duration::from_micros(10);

/// Reads further apart than this are no run.
const QUICK: Duration = Duration::from_micros(20);

/// Only who has room for so much is in need of so much.
pub(crate) const ROOM_BYTES: usize = 4 * 1024;

/// A read that takes more is worth its system call as it is.
const SMALL_BYTES: usize = 2 * 1024;

/// More than this in one pause could fill the pipe, and then the writer would wait for us.
const MUCH_BYTES: usize = 48 * 1024;

/// How many times as much as before must have gathered for a pause to be worth it.
const WORTH: usize = 4;

/// How long a run must be before a pause is tried: at first, and at most after trials in vain.
const SHORTEST_RUN: u32 = 16;
const LONGEST_RUN: u32 = 1 << 14;

/// What is known of the stream that this thread read last.
#[derive(Clone, Copy)]
struct Stream {
    fd: Fd,
    read_at: Duration,
    /// Small reads in quick succession, and what they took together.
    run: u32,
    run_bytes: usize,
    /// The run that it takes for the next trial.
    needed: u32,
    paused: bool,
}

impl Stream {
    const fn unknown(fd: Fd) -> Stream {
        Stream {
            fd,
            read_at: Duration::ZERO,
            run: 0,
            run_bytes: 0,
            needed: SHORTEST_RUN,
            paused: false,
        }
    }

    fn note(&mut self, taken: usize, now: Duration) {
        let apart = now.saturating_sub(self.read_at);
        self.read_at = now;
        if self.paused {
            self.paused = false;
            let usual = self.run_bytes / self.run as usize;
            if taken >= WORTH * usual && taken <= MUCH_BYTES {
                self.needed = SHORTEST_RUN;
                return;
            }
            self.needed = (self.needed * 2).min(LONGEST_RUN);
        } else if taken <= SMALL_BYTES && apart <= QUICK && self.run < LONGEST_RUN {
            self.run += 1;
            self.run_bytes += taken;
            return;
        }
        self.run = 0;
        self.run_bytes = 0;
    }
}

thread_local! {
    static LAST: Cell<Stream> = const { Cell::new(Stream::unknown(Fd(-1))) };
}

/// Before a read with much room: leaves the stream alone for a moment, if that is known to help.
#[inline]
pub(crate) fn before_read(fd: Fd) {
    let mut stream = LAST.get();
    if stream.fd == fd && stream.run >= stream.needed {
        std::thread::sleep(PAUSE);
        stream.paused = true;
        LAST.set(stream);
    }
}

/// After it: learns from what it took.
#[inline]
pub(crate) fn after_read(fd: Fd, taken: usize) {
    let mut stream = LAST.get();
    if stream.fd != fd {
        stream = Stream::unknown(fd);
    }
    stream.note(taken, clock::now());
    LAST.set(stream);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(reads: u32, apart: Duration, taken: usize) -> Stream {
        let mut stream = Stream::unknown(Fd(3));
        for n in 0..reads {
            stream.note(taken, apart * n);
        }
        stream
    }

    fn is_due(stream: &Stream) -> bool {
        stream.run >= stream.needed
    }

    #[test]
    fn a_run_of_small_quick_reads_leads_to_a_pause() {
        assert!(is_due(&after(20, Duration::from_micros(1), 14)));
        assert!(!is_due(&after(20, Duration::from_micros(50), 14)));
        assert!(!is_due(&after(20, Duration::from_micros(1), 4096)));
    }

    #[test]
    fn pauses_go_on_while_they_gather_enough() {
        let mut stream = after(20, Duration::from_micros(1), 14);
        for _ in 0..3 {
            stream.paused = true;
            stream.note(2000, stream.read_at + Duration::from_micros(70));
            assert!(is_due(&stream));
        }
    }

    #[test]
    fn a_pause_in_vain_makes_the_next_rarer() {
        for taken in [14, 64 * 1024] {
            let mut stream = after(20, Duration::from_micros(1), 14);
            stream.paused = true;
            stream.note(taken, stream.read_at + Duration::from_micros(70));
            assert!(!is_due(&stream));
            assert_eq!(stream.needed, 2 * SHORTEST_RUN);
        }
    }
}
