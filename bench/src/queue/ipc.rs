//! The crate `ipc-channel`: many may send, one receives.

use super::case::{Case, Load, Size, Way, Who, unknown};
use super::forked::Forked;
use super::message::{Message, carried};
use super::rig::{self, Answer, Crew, Cues, Side};
use super::tally::END;
use crate::number::number;
use ipc_channel::ipc;

pub(crate) fn measure(case: Case) -> Answer<f64> {
    match case {
        Case::Load(load) if load.way == Way::PutGet && load.getters == 1 => match load.size {
            Size::U64 => numbers(load),
            Size::Bytes(bytes) => messages(load, bytes),
        },
        Case::Load(_) | Case::Alone(_) => unknown(Who::IpcChannel, case),
        Case::RoundTrip { asleep } => round_trip(asleep),
    }
}

fn numbers(load: Load) -> Answer<f64> {
    let (sender, receiver) = ipc::channel::<u64>()?;
    let putting = (0..load.putters).map(|_| {
        let sender = sender.clone();
        move |number| Ok(sender.send(number)?)
    });
    between(load, putting, move || Ok(receiver.recv()?))
}

fn messages(load: Load, bytes: usize) -> Answer<f64> {
    let (sender, receiver) = ipc::bytes_channel()?;
    let putting = (0..load.putters).map(|_| {
        let (sender, mut message) = (sender.clone(), Message::new(bytes));
        move |number| Ok(sender.send(message.carrying(number))?)
    });
    between(load, putting, move || carried(&receiver.recv()?, bytes))
}

fn between<P>(
    load: Load,
    putting: impl Iterator<Item = P>,
    get: impl Fn() -> Answer<u64> + Send + 'static,
) -> Answer<f64>
where
    P: FnMut(u64) -> Answer<()> + Send + 'static,
{
    let cues = Cues::new()?;
    let getting = move |(): &mut ()| {
        rig::get(load.putters, |tally| {
            tally.add(get()?);
            Ok(())
        })
    };
    let mut jobs = vec![cues.job(Side::Getting, || Ok(()), getting)];
    for (putter, mut put) in (0..).zip(putting) {
        let work = move |(): &mut ()| {
            let tally = rig::put(putter, load.size.portion(), |mut range| {
                range.try_for_each(|n| put(number(n)))
            })?;
            put(END)?;
            Ok(tally)
        };
        jobs.push(cues.job(Side::Putting, || Ok(()), work));
    }
    rig::rate::<Forked>(&cues, jobs)
}

fn round_trip(asleep: bool) -> Answer<f64> {
    let (there, heard) = ipc::channel::<u64>()?;
    let (back, here) = ipc::channel::<u64>()?;
    let echo = Forked::start(Box::new(move || {
        loop {
            match heard.recv()? {
                END => return Ok(()),
                number => back.send(number)?,
            }
        }
    }))?;
    let answer = rig::round_trip(asleep, |number| {
        there.send(number)?;
        Ok(here.recv()?)
    })?;
    there.send(END)?;
    Forked::wait(echo)?;
    Ok(answer)
}
