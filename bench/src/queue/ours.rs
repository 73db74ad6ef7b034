//! forktalk.

use super::alone;
use super::case::{Case, Deed, Load, Size, Way};
use super::message::{Message, carried};
use super::rig::{self, Answer, Crew, Cues, Job, Side};
use super::tally::{END, Tally};
use crate::number::number;
use forktalk::{Process, Queue};
use forktalk_abi::{LOCK_BYTES, Region as _, System as _};
use forktalk_native::Unix;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;
use std::time::Instant;

struct Spawned;

impl Crew for Spawned {
    type Worker = Process;

    fn start(job: Job) -> Answer<Process> {
        Ok(Process::spawn(move || match job() {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("{error}");
                1
            }
        })?)
    }

    fn wait(worker: Process) -> Answer<()> {
        let status = worker.join()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("a worker ended so: {status}").into()),
        }
    }
}

pub(crate) fn measure(case: Case) -> Answer<f64> {
    match case {
        Case::Load(load) => rate(load),
        Case::RoundTrip { asleep } => round_trip(asleep),
        Case::Alone(Deed::Lock) => lock(),
        Case::Alone(deed) => {
            let queue = Queue::bounded(Size::U64.capacity())?;
            alone::seconds(deed, |n| Ok(queue.put(&n)?), || Ok(queue.get()?))
        }
    }
}

/// Seconds to take the robust lock of a side and to release it.
fn lock() -> Answer<f64> {
    const TURNS: u32 = 5_000_000;
    let region = Unix::map(LOCK_BYTES)?;
    region.make_lock(0)?;
    let begun = Instant::now();
    for _ in 0..TURNS {
        region.lock(0, None)?;
        region.unlock(0)?;
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(TURNS))
}

fn rate(load: Load) -> Answer<f64> {
    let Load { way, size, .. } = load;
    match (way, size) {
        (Way::PutGet, Size::U64) => between(
            load,
            || |queue: &Queue<u64>, n| Ok(queue.put(&n)?),
            |queue| Ok(queue.get()?),
        ),
        (Way::PutGet, Size::Bytes(bytes)) => between(
            load,
            move || {
                let mut message = Message::new(bytes);
                move |queue: &Queue<()>, n| Ok(queue.put_bytes(message.carrying(n))?)
            },
            move |queue| carried(&queue.get_bytes()?, bytes),
        ),
        (Way::Batch, Size::U64) => in_batches(load, || |n| n, Ok),
        (Way::Batch, Size::Bytes(bytes)) => in_batches(
            load,
            move || {
                let mut message = Message::new(bytes);
                move |n| ByteBuf::from(message.carrying(n))
            },
            move |message: ByteBuf| carried(&message, bytes),
        ),
    }
}

/// One by one. `putting` makes for each putter what puts a number.
fn between<T: 'static, P>(
    load: Load,
    putting: impl Fn() -> P,
    get: impl Fn(&Queue<T>) -> Answer<u64> + Copy + Send + 'static,
) -> Answer<f64>
where
    P: FnMut(&Queue<T>, u64) -> Answer<()> + Send + 'static,
{
    let work = |putter| {
        let mut put = putting();
        move |queue: &mut Queue<T>| {
            let tally = rig::put(putter, load.size.portion(), |mut range| {
                range.try_for_each(|n| put(queue, number(n)))
            })?;
            (0..load.getters).try_for_each(|_| put(queue, END))?;
            Ok(tally)
        }
    };
    let getting = move |queue: &mut Queue<T>| {
        rig::get(load.putters, |tally| {
            tally.add(get(queue)?);
            Ok(())
        })
    };
    run(load, work, getting)
}

/// `maker` makes for each putter what makes a message of a number; `number_of` is the way back.
fn in_batches<T, M>(
    load: Load,
    maker: impl Fn() -> M + Copy + Send + 'static,
    number_of: impl Fn(T) -> Answer<u64> + Copy + Send + 'static,
) -> Answer<f64>
where
    T: Serialize + DeserializeOwned + 'static,
    M: FnMut(u64) -> T + Send + 'static,
{
    let work = |putter| {
        let mut make = maker();
        move |queue: &mut Queue<T>| {
            let tally = rig::put(putter, load.size.portion(), |range| {
                queue.put_all(range.map(|n| make(number(n))))?;
                Ok(())
            })?;
            queue.put_all((0..load.getters).map(|_| make(END)))?;
            Ok(tally)
        }
    };
    let getting = move |queue: &mut Queue<T>| {
        let tally = rig::get(load.putters, |tally| {
            for message in queue.drain(load.size.portion() as usize)? {
                tally.add(number_of(message?)?);
            }
            Ok(())
        })?;
        // A batch may hold ends that are for other getters.
        let mut make = maker();
        queue.put_all((load.putters..tally.ends).map(|_| make(END)))?;
        Ok(tally)
    };
    run(load, work, getting)
}

fn run<T: 'static, P>(
    load: Load,
    work: impl Fn(u32) -> P,
    getting: impl Fn(&mut Queue<T>) -> Answer<Tally> + Copy + Send + 'static,
) -> Answer<f64>
where
    P: FnOnce(&mut Queue<T>) -> Answer<Tally> + Send + 'static,
{
    let queue = Queue::bounded(load.size.capacity())?;
    let cues = Cues::new()?;
    let mut jobs = Vec::new();
    for _ in 0..load.getters {
        let queue = queue.try_clone()?;
        jobs.push(cues.job(Side::Getting, move || Ok(queue), getting));
    }
    for putter in 0..load.putters {
        let queue = queue.try_clone()?;
        jobs.push(cues.job(Side::Putting, move || Ok(queue), work(putter)));
    }
    rig::rate::<Spawned>(&cues, jobs)
}

fn round_trip(asleep: bool) -> Answer<f64> {
    let there = Queue::<u64>::bounded(Size::U64.capacity())?;
    let back = Queue::<u64>::bounded(Size::U64.capacity())?;
    let (heard, answers) = (there.try_clone()?, back.try_clone()?);
    let echo = Spawned::start(Box::new(move || {
        loop {
            match heard.get()? {
                END => return Ok(()),
                number => answers.put(&number)?,
            }
        }
    }))?;
    let answer = rig::round_trip(asleep, |number| {
        there.put(&number)?;
        Ok(back.get()?)
    })?;
    there.put(&END)?;
    Spawned::wait(echo)?;
    Ok(answer)
}
