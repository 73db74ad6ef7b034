//! A ring in shared memory between one putter and one getter, and nothing else: how fast it could be if a queue had one
//! of each, if neither ever slept, and if nobody could be killed. It pays, as forktalk does, for the look at each offset
//! that the seam's memory takes.
//!
//! Where each side stands has a cache line of its own, and each remembers where it last saw the other (Lamport's ring,
//! with the cached indices of FastForward and MCRingBuffer). Who waits looks again and again.
//!
//! ```text
//! head |      | tail |      | record | record | ...
//! 0           128           256
//! ```
//!
//! A record is a word with its length, then its bytes, padded to whole words. One that does not fit before the end
//! begins at the start again, and the word [`TURN`] stands where it would have been.

use super::case::{Case, Load, Size, Way, Who, unknown};
use super::forked::Forked;
use super::message::{Message, carried};
use super::polling;
use super::rig::{self, Answer, Crew, Cues, Side};
use super::tally::END;
use forktalk_abi::{Region, System};
use forktalk_native::Unix;
use std::convert::Infallible;
use std::sync::Arc;

type Memory = <Unix as System>::Region;

const HEAD: usize = 0;
// Two lines on: processors fetch lines by pairs.
const TAIL: usize = 128;
const RECORDS: usize = 256;
const WORD: usize = 8;
const TURN: u64 = u64::MAX;

pub(crate) fn measure(case: Case) -> Answer<f64> {
    match case {
        Case::Load(load) => rate(load),
        Case::RoundTrip { asleep: false } => round_trip(),
        Case::RoundTrip { asleep: true } | Case::Alone(_) => unknown(Who::Ring, case),
    }
}

fn rate(load: Load) -> Answer<f64> {
    let (mut putter, mut getter) = ring(load.size)?;
    let cues = Cues::new()?;
    let (bytes, portion) = (load.size.bytes(), load.size.portion());
    let batches = load.way == Way::Batch;
    let putting = move |message: &mut Message| {
        let tally = rig::put(0, portion, |range| {
            for n in range {
                putter.write(message.with(n));
                if !batches {
                    putter.publish();
                }
            }
            putter.publish();
            Ok(())
        })?;
        putter.write(message.carrying(END));
        putter.publish();
        Ok(tally)
    };
    let getting = move |buffer: &mut Vec<u8>| {
        rig::get(1, |tally| {
            let most = if batches { portion } else { 1 };
            getter.await_record();
            for _ in 0..most {
                if !getter.read(buffer) {
                    break;
                }
                tally.add(carried(buffer, bytes)?);
            }
            getter.publish();
            Ok(())
        })
    };
    let jobs = vec![
        cues.job(Side::Getting, || Ok(Vec::new()), getting),
        cues.job(Side::Putting, move || Ok(Message::new(bytes)), putting),
    ];
    rig::rate::<Forked>(&cues, jobs)
}

fn round_trip() -> Answer<f64> {
    let (mut there, mut heard) = ring(Size::U64)?;
    let (mut back, mut here) = ring(Size::U64)?;
    let echo = Forked::start(Box::new(move || {
        let mut message = Message::new(WORD);
        loop {
            let number = heard.get_number()?;
            if number == END {
                return Ok(());
            }
            back.put_number(&mut message, number);
        }
    }))?;
    let mut message = Message::new(WORD);
    let answer = rig::round_trip(false, |number| {
        there.put_number(&mut message, number);
        here.get_number()
    })?;
    there.put_number(&mut message, END);
    Forked::wait(echo)?;
    Ok(answer)
}

fn ring(size: Size) -> Answer<(Putter, Getter)> {
    // Twice what is needed at least: a record that turns needs room for what it skips, too.
    let capacity = (2 * size.capacity() * (WORD + size.bytes())).next_power_of_two();
    let memory = Arc::new(Unix::map(RECORDS + capacity)?);
    let getter = Getter {
        memory: Arc::clone(&memory),
        capacity,
        tail: 0,
        head_seen: 0,
    };
    let putter = Putter {
        memory,
        capacity,
        head: 0,
        tail_seen: 0,
    };
    Ok((putter, getter))
}

struct Putter {
    memory: Arc<Memory>,
    capacity: usize,
    head: usize,
    tail_seen: usize,
}

impl Putter {
    /// Writes a record, which the getter sees once it is published.
    #[inline]
    fn write(&mut self, message: &[u8]) {
        let bytes = WORD + message.len().next_multiple_of(WORD);
        let mut at = self.head & (self.capacity - 1);
        let skipped = if at + bytes > self.capacity {
            self.capacity - at
        } else {
            0
        };
        if self.head + skipped + bytes - self.tail_seen > self.capacity {
            self.publish();
            let room = |tail| self.head + skipped + bytes - tail <= self.capacity;
            self.tail_seen = await_word(&self.memory, TAIL, room);
        }
        if skipped > 0 {
            self.memory.store_wide(RECORDS + at, TURN);
            self.head += skipped;
            at = 0;
        }
        self.memory.store_wide(RECORDS + at, message.len() as u64);
        self.memory.copy_in(RECORDS + at + WORD, message);
        self.head += bytes;
    }

    /// The store releases: who sees the new head sees the records before it.
    #[inline]
    fn publish(&self) {
        self.memory.store_wide(HEAD, self.head as u64);
    }

    #[inline]
    fn put_number(&mut self, message: &mut Message, number: u64) {
        self.write(message.carrying(number));
        self.publish();
    }
}

struct Getter {
    memory: Arc<Memory>,
    capacity: usize,
    tail: usize,
    head_seen: usize,
}

impl Getter {
    #[inline]
    fn await_record(&mut self) {
        if self.tail == self.head_seen {
            self.head_seen = await_word(&self.memory, HEAD, |head| head != self.tail);
        }
    }

    /// Copies the next record out, if one is known; the putter may use its place once that is published.
    #[inline]
    fn read(&mut self, buffer: &mut Vec<u8>) -> bool {
        if self.tail == self.head_seen {
            return false;
        }
        let mut at = self.tail & (self.capacity - 1);
        if self.memory.load_wide(RECORDS + at) == TURN {
            self.tail += self.capacity - at;
            at = 0;
        }
        let length = self.memory.load_wide(RECORDS + at) as usize;
        buffer.clear();
        self.memory.copy_append(RECORDS + at + WORD, length, buffer);
        self.tail += WORD + length.next_multiple_of(WORD);
        true
    }

    /// The store releases: who sees the new tail sees that the records before it were copied out.
    #[inline]
    fn publish(&self) {
        self.memory.store_wide(TAIL, self.tail as u64);
    }

    #[inline]
    fn get_number(&mut self) -> Answer<u64> {
        let mut buffer = Vec::with_capacity(WORD);
        self.await_record();
        self.read(&mut buffer);
        self.publish();
        carried(&buffer, WORD)
    }
}

/// Waits until a position is as wanted.
#[inline]
fn await_word(memory: &Memory, offset: usize, wanted: impl Fn(usize) -> bool) -> usize {
    let Ok(position) = polling::until(|| -> Result<_, Infallible> {
        let position = memory.load_wide(offset) as usize;
        Ok(wanted(position).then_some(position))
    });
    position
}
