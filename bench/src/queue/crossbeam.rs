//! The crate `crossbeam-channel`, between threads of one process: what a queue costs that has no border to cross.

use super::alone;
use super::case::{Case, Deed, Load, Size, Way, Who, unknown};
use super::message::{Message, carried};
use super::rig::{self, Answer, Crew, Cues, Job, Side};
use super::tally::END;
use crate::number::number;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::thread::{JoinHandle, spawn};

struct Threads;

impl Crew for Threads {
    type Worker = JoinHandle<Answer<()>>;

    fn start(job: Job) -> Answer<Self::Worker> {
        Ok(spawn(job))
    }

    fn wait(worker: Self::Worker) -> Answer<()> {
        worker.join().map_err(|_| "a thread panicked")?
    }
}

pub(crate) fn measure(case: Case) -> Answer<f64> {
    match case {
        Case::Load(load) if load.way == Way::PutGet => rate(load),
        Case::Load(_) => unknown(Who::Crossbeam, case),
        Case::RoundTrip { asleep } => round_trip(asleep),
        Case::Alone(Deed::Lock) => unknown(Who::Crossbeam, case),
        Case::Alone(deed) => {
            let (sender, receiver) = bounded(Size::U64.capacity());
            alone::seconds(deed, |n| Ok(sender.send(n)?), || Ok(receiver.recv()?))
        }
    }
}

fn rate(load: Load) -> Answer<f64> {
    let capacity = load.size.capacity();
    match load.size {
        Size::U64 => {
            let channel = bounded(capacity);
            between(load, &channel, || |n| n, Ok)
        }
        Size::Bytes(bytes) => {
            let channel = bounded::<Vec<u8>>(capacity);
            let make = move || {
                let mut message = Message::new(bytes);
                move |n| message.carrying(n).to_vec()
            };
            between(load, &channel, make, move |message| {
                carried(&message, bytes)
            })
        }
    }
}

/// `maker` makes for each putter what makes a message of a number; `number_of` is the way back.
fn between<T, M>(
    load: Load,
    (sender, receiver): &(Sender<T>, Receiver<T>),
    maker: impl Fn() -> M,
    number_of: impl Fn(T) -> Answer<u64> + Copy + Send + 'static,
) -> Answer<f64>
where
    T: Send + 'static,
    M: FnMut(u64) -> T + Send + 'static,
{
    let cues = Cues::new()?;
    let mut jobs = Vec::new();
    for _ in 0..load.getters {
        let receiver = receiver.clone();
        jobs.push(cues.job(
            Side::Getting,
            || Ok(()),
            move |()| {
                rig::get(load.putters, |tally| {
                    tally.add(number_of(receiver.recv()?)?);
                    Ok(())
                })
            },
        ));
    }
    for putter in 0..load.putters {
        let (sender, mut make) = (sender.clone(), maker());
        let work = move |(): &mut ()| {
            let closed = |_| "nobody receives";
            let tally = rig::put(putter, load.size.portion(), |range| {
                for n in range {
                    sender.send(make(number(n))).map_err(closed)?;
                }
                Ok(())
            })?;
            for _ in 0..load.getters {
                sender.send(make(END)).map_err(closed)?;
            }
            Ok(tally)
        };
        jobs.push(cues.job(Side::Putting, || Ok(()), work));
    }
    rig::rate::<Threads>(&cues, jobs)
}

fn round_trip(asleep: bool) -> Answer<f64> {
    let capacity = Size::U64.capacity();
    let (there, heard) = bounded(capacity);
    let (back, here) = bounded(capacity);
    let echo = Threads::start(Box::new(move || {
        for number in heard {
            back.send(number)?;
        }
        Ok(())
    }))?;
    let answer = rig::round_trip(asleep, |number| {
        there.send(number)?;
        Ok(here.recv()?)
    })?;
    drop(there);
    Threads::wait(echo)?;
    Ok(answer)
}
