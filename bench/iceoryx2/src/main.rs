//! Measures the crate `iceoryx2`: publish and subscribe, with nothing dropped. A getter polls; a putter that finds no room
//! tries again until there is some. Messages of bytes are written into the shared memory, and read where they lie.
//!
//! It is called by `forktalk-bench queue`, as that calls itself, and shares its rig, its cases and its messages.

#![forbid(unsafe_code)]

#[path = "../../src/queue/case.rs"]
#[allow(dead_code, reason = "what is measured of others is not needed here")]
mod case;
#[path = "../../src/queue/forked.rs"]
mod forked;
#[path = "../../src/queue/message.rs"]
#[allow(dead_code, reason = "as above")]
mod message;
#[path = "../../src/number.rs"]
mod number;
#[path = "../../src/queue/polling.rs"]
mod polling;
#[path = "../../src/queue/rig.rs"]
mod rig;
#[path = "../../src/queue/tally.rs"]
mod tally;

use case::{Case, Load, Size, Way, Who, unknown};
use clap::Parser;
use forked::Forked;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use message::{Message, carried};
use number::number;
use rig::{Answer, Crew, Cues, Side};
use std::error::Error;
use tally::END;

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// One measurement; prints a number
    MeasureQueue { case: Case, who: Who },
}

type Service = ipc::Service;

fn main() -> Result<(), Box<dyn Error>> {
    let Bench::MeasureQueue { case, who } = Arguments::parse().bench;
    set_log_level(LogLevel::Error);
    let name = format!("forktalk-bench/{}", std::process::id());
    let measured = match case {
        Case::Load(load) if load.way == Way::PutGet && who.knows(case) => match load.size {
            Size::U64 => numbers(&name, load),
            Size::Bytes(bytes) => messages(&name, load, bytes),
        },
        Case::RoundTrip { asleep: false } => round_trip(&name),
        _ => unknown(who, case),
    };
    println!("{}", measured.map_err(|error| error as Box<dyn Error>)?);
    Ok(())
}

/// A port, and the node that keeps it alive.
struct Held<P> {
    port: P,
    _node: Node<Service>,
}

/// Opens the service, whoever is first; each process has a node of its own, made after the fork.
macro_rules! service {
    ($node:expr, $name:expr, $payload:ty, $size:expr) => {
        $node
            .service_builder(&$name.try_into()?)
            .publish_subscribe::<$payload>()
            .enable_safe_overflow(false)
            .subscriber_max_buffer_size($size.capacity())
            .history_size(0)
            .max_publishers(1)
            .max_subscribers(1)
            .open_or_create()?
    };
}

fn numbers(name: &str, load: Load) -> Answer<f64> {
    let cues = Cues::new()?;
    let (getting, putting) = (name.to_owned(), name.to_owned());
    let get = |held: &mut Held<Subscriber<Service, u64, ()>>| {
        rig::get(1, |tally| {
            tally.add(next(&held.port)?);
            Ok(())
        })
    };
    let put = move |held: &mut Held<Publisher<Service, u64, ()>>| {
        let tally = rig::put(0, load.size.portion(), |mut range| {
            range.try_for_each(|n| deliver(|| Ok(held.port.send_copy(number(n))?)))
        })?;
        deliver(|| Ok(held.port.send_copy(END)?))?;
        Ok(tally)
    };
    let jobs = vec![
        cues.job(Side::Getting, move || subscribe(&getting), get),
        cues.job(Side::Putting, move || publish(&putting), put),
    ];
    rig::rate::<Forked>(&cues, jobs)
}

fn messages(name: &str, load: Load, bytes: usize) -> Answer<f64> {
    let cues = Cues::new()?;
    let (getting, putting) = (name.to_owned(), name.to_owned());
    let subscribe = move || {
        let node = NodeBuilder::new().create::<Service>()?;
        let service = service!(node, getting.as_str(), [u8], load.size);
        let port = service.subscriber_builder().create()?;
        Ok(Held { port, _node: node })
    };
    let publish = move || {
        let node = NodeBuilder::new().create::<Service>()?;
        let service = service!(node, putting.as_str(), [u8], load.size);
        let builder = service.publisher_builder();
        let builder = builder.backpressure_strategy(BackpressureStrategy::RetryUntilDelivered);
        let port = builder.initial_max_slice_len(bytes).create()?;
        Ok(Held { port, _node: node })
    };
    let get = move |held: &mut Held<Subscriber<Service, [u8], ()>>| {
        rig::get(1, |tally| {
            let sample = polling::until(|| held.port.receive())?;
            tally.add(carried(sample.payload(), bytes)?);
            Ok(())
        })
    };
    let put = move |held: &mut Held<Publisher<Service, [u8], ()>>| {
        let mut message = Message::new(bytes);
        let mut put = |number| {
            let message = message.carrying(number);
            deliver(|| {
                let sample = held.port.loan_slice_uninit(bytes)?;
                Ok(sample.write_from_slice(message).send()?)
            })
        };
        let tally = rig::put(0, load.size.portion(), |mut range| {
            range.try_for_each(|n| put(number(n)))
        })?;
        put(END)?;
        Ok(tally)
    };
    let jobs = vec![
        cues.job(Side::Getting, subscribe, get),
        cues.job(Side::Putting, publish, put),
    ];
    rig::rate::<Forked>(&cues, jobs)
}

fn round_trip(name: &str) -> Answer<f64> {
    let names = [format!("{name}/there"), format!("{name}/back")];
    let [there, back] = names.clone();
    let echo = Forked::start(Box::new(move || {
        let (heard, answers) = (subscribe(&there)?, publish(&back)?);
        loop {
            match next(&heard.port)? {
                END => return Ok(()),
                number => deliver(|| Ok(answers.port.send_copy(number)?))?,
            }
        }
    }))?;
    let [there, back] = names;
    let (here, there) = (subscribe(&back)?, publish(&there)?);
    let answer = rig::round_trip(false, |number| {
        deliver(|| Ok(there.port.send_copy(number)?))?;
        next(&here.port)
    })?;
    deliver(|| Ok(there.port.send_copy(END)?))?;
    Forked::wait(echo)?;
    Ok(answer)
}

fn subscribe(name: &str) -> Answer<Held<Subscriber<Service, u64, ()>>> {
    let node = NodeBuilder::new().create::<Service>()?;
    let service = service!(node, name, u64, Size::U64);
    let port = service.subscriber_builder().create()?;
    Ok(Held { port, _node: node })
}

fn publish(name: &str) -> Answer<Held<Publisher<Service, u64, ()>>> {
    let node = NodeBuilder::new().create::<Service>()?;
    let service = service!(node, name, u64, Size::U64);
    let builder = service.publisher_builder();
    let builder = builder.backpressure_strategy(BackpressureStrategy::RetryUntilDelivered);
    Ok(Held {
        port: builder.create()?,
        _node: node,
    })
}

#[inline]
fn next(subscriber: &Subscriber<Service, u64, ()>) -> Answer<u64> {
    Ok(*polling::until(|| subscriber.receive())?)
}

/// Sends until the one subscriber has it: before that has looked for the first time, not even the blocking way of sending
/// waits for it.
#[inline]
fn deliver(send: impl Fn() -> Answer<usize>) -> Answer<()> {
    polling::until(|| Ok((send()? > 0).then_some(())))
}
