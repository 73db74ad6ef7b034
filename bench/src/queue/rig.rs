//! How messages through a queue are timed, the same for all who are measured.
//!
//! Every putter and every getter is a worker of its own; the measuring process only holds the clock. The workers make
//! themselves ready, all start at one cue, and putters put until [`RUN`] is over; the clock stops when the last has told
//! what it put or got. So nobody is given a count that would take another half a minute, and each measurement takes the
//! same time on any machine. Cues are bytes in pipes: they serve processes and threads alike.

use super::tally::Tally;
use crate::number::number;
use nix::unistd::{pipe, read, write};
use std::error::Error;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a worker does.
pub(crate) type Job = Box<dyn FnOnce() -> Answer<()> + Send>;

/// How long putters put, or numbers go there and back.
pub(crate) const RUN: Duration = Duration::from_millis(200);

/// How long both sides of a round trip rest before it: long enough that the other one sleeps, and its processor too.
const REST: Duration = Duration::from_millis(3);

/// How many trips that begin with a rest make one measurement.
const RESTED_TRIPS: usize = 64;

/// How workers are made: by fork, or as threads.
pub(crate) trait Crew {
    type Worker;
    fn start(job: Job) -> Answer<Self::Worker>;
    fn wait(worker: Self::Worker) -> Answer<()>;
}

/// The pipes between the measuring process and its workers; nobody closes any, so a cue is always a byte.
pub(crate) struct Cues {
    ready: Pipe,
    go: Pipe,
    tallies: Pipe,
    leave: Pipe,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Putting = 1,
    Getting = 2,
}

impl Cues {
    pub(crate) fn new() -> Answer<Arc<Cues>> {
        Ok(Arc::new(Cues {
            ready: Pipe::new()?,
            go: Pipe::new()?,
            tallies: Pipe::new()?,
            leave: Pipe::new()?,
        }))
    }

    /// A worker that does its work between the cues, and drops what it holds only when all are done.
    pub(crate) fn job<P>(
        self: &Arc<Self>,
        side: Side,
        prepare: impl FnOnce() -> Answer<P> + Send + 'static,
        work: impl FnOnce(&mut P) -> Answer<Tally> + Send + 'static,
    ) -> Job {
        let cues = Arc::clone(self);
        Box::new(move || {
            let done = prepare().and_then(|mut prepared| {
                cues.ready.tell(1)?;
                cues.go.await_one()?;
                let tally = work(&mut prepared)?;
                cues.tallies.write_all(&encode(side, tally))?;
                cues.leave.await_one()
            });
            if done.is_err() {
                // Whichever of the two is awaited: nobody waits for who has failed.
                cues.ready.write_all(&[FAILED])?;
                cues.tallies.write_all(&[FAILED; TALLY_BYTES])?;
            }
            done
        })
    }
}

/// Starts the jobs, and answers how many messages a second went from the putters to the getters.
pub(crate) fn rate<C: Crew>(cues: &Cues, jobs: Vec<Job>) -> Answer<f64> {
    let count = jobs.len();
    let workers = jobs.into_iter().map(C::start).collect::<Answer<Vec<_>>>()?;
    for _ in 0..count {
        cues.ready.await_one()?;
    }
    let begun = Instant::now();
    cues.go.tell(count)?;
    let (mut put, mut got) = (Tally::default(), Tally::default());
    for _ in 0..count {
        match cues.next_tally()? {
            (Side::Putting, tally) => put = put.and(tally),
            (Side::Getting, tally) => got = got.and(tally),
        }
    }
    let elapsed = begun.elapsed();
    cues.leave.tell(count)?;
    workers.into_iter().try_for_each(C::wait)?;
    if (put.count, put.sum) != (got.count, got.sum) {
        return Err(format!("put was {put:?}, got was {got:?}").into());
    }
    Ok(put.count as f64 / elapsed.as_secs_f64())
}

/// A putter's work: `put` puts the numbers of a range, which is as long as `portion`, until the time is over.
/// Each putter has numbers of its own.
pub(crate) fn put(
    putter: u32,
    portion: u64,
    mut put: impl FnMut(Range<u64>) -> Answer<()>,
) -> Answer<Tally> {
    let first = u64::from(putter) << 40;
    let mut next = first;
    let begun = Instant::now();
    while begun.elapsed() < RUN {
        put(next..next + portion)?;
        next += portion;
    }
    Ok(Tally::of(first..next))
}

/// A getter's work: `get` adds to the tally what it got, until the ends of so many putters are there.
#[inline]
pub(crate) fn get(putters: u32, mut get: impl FnMut(&mut Tally) -> Answer<()>) -> Answer<Tally> {
    let mut tally = Tally::default();
    while tally.ends < putters {
        get(&mut tally)?;
    }
    Ok(tally)
}

/// How many seconds it takes that a number goes there and comes back: `trip` sends one and answers what came back.
/// With `asleep`, both sides rest before each trip, and the median of the trips counts.
pub(crate) fn round_trip(asleep: bool, mut trip: impl FnMut(u64) -> Answer<u64>) -> Answer<f64> {
    let mut check = |n: u64| match trip(number(n))? == number(n) {
        true => Ok(()),
        false => Err(Box::<dyn Error + Send + Sync>::from(
            "another number came back",
        )),
    };
    (0..100).try_for_each(&mut check)?;
    if asleep {
        let mut trips = Vec::with_capacity(RESTED_TRIPS);
        for n in 0..RESTED_TRIPS as u64 {
            thread::sleep(REST);
            let begun = Instant::now();
            check(n)?;
            trips.push(begun.elapsed());
        }
        trips.sort_unstable();
        return Ok(trips[RESTED_TRIPS / 2].as_secs_f64());
    }
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < RUN {
        (count..count + 16).try_for_each(&mut check)?;
        count += 16;
    }
    Ok(begun.elapsed().as_secs_f64() / count as f64)
}

/// A pipe(2), for cues and tallies.
struct Pipe {
    reading: OwnedFd,
    writing: OwnedFd,
}

impl Pipe {
    fn new() -> Answer<Pipe> {
        let (reading, writing) = pipe()?;
        Ok(Pipe { reading, writing })
    }

    /// One byte for each of so many.
    fn tell(&self, count: usize) -> Answer<()> {
        self.write_all(&vec![1; count])
    }

    fn await_one(&self) -> Answer<()> {
        let mut cue = [FAILED];
        read(&self.reading, &mut cue)?;
        match cue {
            [FAILED] => Err("a worker failed".into()),
            _ => Ok(()),
        }
    }

    /// In one piece: short writes into a pipe are not divided.
    fn write_all(&self, bytes: &[u8]) -> Answer<()> {
        match write(&self.writing, bytes)? == bytes.len() {
            true => Ok(()),
            false => Err("a cue was cut short".into()),
        }
    }
}

const TALLY_BYTES: usize = 17;

/// In the place of a cue, or of a tally's side.
const FAILED: u8 = 0;

fn encode(side: Side, tally: Tally) -> [u8; TALLY_BYTES] {
    let mut bytes = [0; TALLY_BYTES];
    bytes[0] = side as u8;
    bytes[1..9].copy_from_slice(&tally.count.to_ne_bytes());
    bytes[9..].copy_from_slice(&tally.sum.to_ne_bytes());
    bytes
}

impl Cues {
    fn next_tally(&self) -> Answer<(Side, Tally)> {
        let mut bytes = [0; TALLY_BYTES];
        let length = read(&self.tallies.reading, &mut bytes)?;
        assert_eq!(length, TALLY_BYTES, "tallies are written in one piece");
        let word = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let side = match bytes[0] {
            1 => Side::Putting,
            2 => Side::Getting,
            _ => return Err("a worker failed".into()),
        };
        let tally = Tally {
            count: word(1),
            sum: word(9),
            ends: 0,
        };
        Ok((side, tally))
    }
}
