//! Records a history natively, under load, and checks it.

use anyhow::{Result, bail, ensure};
use forktalk::{GetError, Process, Queue};
use forktalk_abi::{Region, System};
use forktalk_native::{SharedRegion, Unix};

use crate::linear::{Span, Value, Violation, check as check_history};

const SIDE: usize = 4;

/// What the check is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Puts and gets together
    #[arg(long, default_value_t = 10_000_000)]
    operations: usize,
}

/// The bounds of the queues that are tried.
const BOUNDS: [usize; 3] = [1024, 16, 2];

pub(crate) fn check(arguments: &Arguments) -> Result<()> {
    let share = arguments.operations.div_ceil(BOUNDS.len() * 2 * SIDE);
    for bound in BOUNDS {
        let history = record(bound, share)?;
        let values = history.values()?;
        let empty = history.empty();
        if let Some(violation) = check_history(&values, &empty) {
            bail!("bounded({bound}): {}", said(violation, &values));
        }
        println!(
            "bounded({bound}): {} puts, {} gets, {} of them found it empty: linearizable",
            values.len(),
            values.len() + empty.len(),
            empty.len()
        );
    }
    Ok(())
}

fn said(violation: Violation, values: &[Value]) -> String {
    match violation {
        Violation::GotBeforePut(value) => format!(
            "value {value} was got before it was put: {:?}",
            values[value]
        ),
        Violation::Overtaken(first, later) => format!(
            "value {first} was put before value {later} and got after it: {:?}, {:?}",
            values[first], values[later]
        ),
        Violation::NeverEmpty(span) => format!("a get found it empty, and it never was: {span:?}"),
    }
}

/// One worker's operations, in shared memory: three wide words each, behind their count.
struct Log {
    region: SharedRegion,
}

/// In the place of a value: there was none.
const NOTHING: u64 = u64::MAX;

impl Log {
    const ENTRY: usize = 24;

    fn new(entries: usize) -> Result<Log> {
        let region = Unix::map(8 + entries * Log::ENTRY)?;
        Ok(Log { region })
    }

    fn room(&self) -> usize {
        (self.region.bytes() - 8) / Log::ENTRY
    }

    fn len(&self) -> usize {
        self.region.load_wide(0) as usize
    }

    fn push(&self, value: u64, span: Span) {
        let count = self.len();
        let place = 8 + count * Log::ENTRY;
        self.region.store_wide(place, value);
        self.region.store_wide(place + 8, span.begin);
        self.region.store_wide(place + 16, span.end);
        self.region.store_wide(0, count as u64 + 1);
    }

    fn entries(&self) -> impl Iterator<Item = (u64, Span)> {
        (0..self.len()).map(|index| {
            let place = 8 + index * Log::ENTRY;
            let span = Span {
                begin: self.region.load_wide(place + 8),
                end: self.region.load_wide(place + 16),
            };
            (self.region.load_wide(place), span)
        })
    }
}

struct History {
    puts: Vec<Log>,
    gets: Vec<Log>,
}

impl History {
    fn values(&self) -> Result<Vec<Value>> {
        let count: usize = self.puts.iter().map(|log| log.entries().count()).sum();
        let mut values = vec![None; count];
        for (value, put) in self.puts.iter().flat_map(Log::entries) {
            values[value as usize] = Some(Value { put, got: None });
        }
        let found = self.gets.iter().flat_map(Log::entries);
        for (value, got) in found.filter(|(value, _)| *value != NOTHING) {
            let entry = values.get_mut(value as usize).and_then(Option::as_mut);
            let Some(entry) = entry else {
                bail!("value {value} was got, and never put");
            };
            ensure!(
                entry.got.replace(got).is_none(),
                "value {value} was got twice"
            );
        }
        let values: Vec<Value> = values.into_iter().flatten().collect();
        ensure!(values.len() == count, "a value was put twice");
        ensure!(
            values.iter().all(|value| value.got.is_some()),
            "a value was lost"
        );
        Ok(values)
    }

    fn empty(&self) -> Vec<Span> {
        let found = self.gets.iter().flat_map(Log::entries);
        found
            .filter(|(value, _)| *value == NOTHING)
            .map(|(_, span)| span)
            .collect()
    }
}

/// Each of the putters puts `share` values of its own; the getters get them all.
fn record(bound: usize, share: usize) -> Result<History> {
    let queue = Queue::<u64>::bounded(bound)?;
    let logs = |entries| {
        (0..SIDE)
            .map(|_| Log::new(entries))
            .collect::<Result<Vec<_>>>()
    };
    let history = History {
        puts: logs(share)?,
        // One may get them all, and some gets find nothing.
        gets: logs(2 * SIDE * share)?,
    };
    let mut getters = Vec::new();
    for log in &history.gets {
        getters.push(Process::fork(|| get(&queue, log))?);
    }
    let mut putters = Vec::new();
    for (index, log) in history.puts.iter().enumerate() {
        let values = (index * share) as u64..((index + 1) * share) as u64;
        putters.push(Process::fork(|| {
            values.clone().for_each(|value| {
                let span = timed(|| queue.put(&value).expect("nobody closes it yet")).1;
                log.push(value, span);
            });
        })?);
    }
    for putter in putters {
        ensure!(putter.join()?.success(), "a putter failed");
    }
    queue.close();
    for getter in getters {
        ensure!(getter.join()?.success(), "a getter failed");
    }
    Ok(history)
}

/// Every other get does not wait, so that some find the queue empty.
fn get(queue: &Queue<u64>, log: &Log) {
    for turn in 0_u64.. {
        let (answer, span) = timed(|| match turn % 2 {
            0 => queue.get(),
            _ => queue.try_get(),
        });
        match answer {
            Ok(value) => log.push(value, span),
            // So often that it would fill the log, nothing is learned from it.
            Err(GetError::Empty) if log.len() < log.room() / 2 => log.push(NOTHING, span),
            Err(GetError::Empty) => {}
            Err(GetError::Closed(_)) => return,
            Err(other) => panic!("{other}"),
        }
    }
}

fn timed<T>(f: impl FnOnce() -> T) -> (T, Span) {
    let begin = now_ns();
    let answer = f();
    (
        answer,
        Span {
            begin,
            end: now_ns(),
        },
    )
}

fn now_ns() -> u64 {
    forktalk::now().as_nanos() as u64
}
