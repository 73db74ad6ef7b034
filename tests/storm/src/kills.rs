//! The storm: putters and getters under load, killed at random and replaced.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use forktalk::{GetError, Process, PutError, Queue};
use indicatif::{ProgressBar, ProgressStyle};

use crate::item;
use crate::ledger::{ITEMS, Ledger, PUTTERS};

const SIDE: usize = 4;
const WORKERS: usize = 2 * SIDE;

/// A survivor that does nothing for so long hangs.
const HANGS: Duration = Duration::from_secs(1);

/// At the end, all must have ended by then.
const LAST: Duration = Duration::from_secs(20);

/// What the storm is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many processes are killed
    #[arg(long, default_value_t = 10_000)]
    kills: u32,
    /// Milliseconds from one kill to the next, on average
    #[arg(long, default_value_t = 3)]
    every: u64,
    /// For what is drawn at random; drawn itself if not said
    #[arg(long)]
    seed: Option<u64>,
}

/// The queues that are tried, one after the other.
const QUEUES: [(&str, Option<usize>, Option<usize>); 4] = [
    ("bounded(16)", Some(16), None),
    ("bounded(1)", Some(1), None),
    ("8 KiB", None, Some(8192)),
    ("unbounded", None, None),
];

pub(crate) fn storm(arguments: &Arguments) -> Result<()> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    println!(
        "{SIDE} putters and {SIDE} getters, {} kills, seed {seed}",
        arguments.kills
    );
    let mut random = fastrand::Rng::with_seed(seed);
    let share = arguments.kills.div_ceil(QUEUES.len() as u32);
    let mut left = arguments.kills;
    for (name, items, bytes) in QUEUES {
        let mut builder = Queue::<()>::builder();
        if let Some(items) = items {
            builder = builder.items(items);
        }
        if let Some(bytes) = bytes {
            builder = builder.bytes(bytes);
        }
        let kills = share.min(left);
        left -= kills;
        let queue = builder.build()?;
        let report = Storm::begin(&queue, &mut random)?
            .run(kills, arguments.every, name)
            .with_context(|| format!("queue {name}, seed {seed}"))?;
        println!("{name:>12}: {report}");
    }
    println!(
        "no survivor hung, no item was torn, got twice or out of order, and none was lost but with its getter"
    );
    Ok(())
}

/// A worker, and when it was last seen to do something.
struct Worker {
    process: Process,
    seen: u32,
    since: Instant,
}

struct Storm<'a> {
    queue: &'a Queue<()>,
    ledger: Ledger,
    random: &'a mut fastrand::Rng,
    workers: Vec<Worker>,
    /// How many putters there were.
    putters: u32,
    killed_getters: u32,
    longest: Duration,
}

impl<'a> Storm<'a> {
    fn begin(queue: &'a Queue<()>, random: &'a mut fastrand::Rng) -> Result<Storm<'a>> {
        let mut storm = Storm {
            queue,
            ledger: Ledger::new()?,
            random,
            workers: Vec::new(),
            putters: 0,
            killed_getters: 0,
            longest: Duration::ZERO,
        };
        for place in 0..WORKERS {
            let worker = storm.start(place)?;
            storm.workers.push(worker);
        }
        Ok(storm)
    }

    /// The lower places are putters.
    fn start(&mut self, place: usize) -> Result<Worker> {
        let (queue, ledger) = (self.queue, &self.ledger);
        let process = if place < SIDE {
            let putter = self.putters;
            ensure!(
                putter < PUTTERS,
                "more putters than the ledger has room for"
            );
            self.putters += 1;
            Process::fork(|| put(queue, ledger, place, putter))?
        } else {
            Process::fork(|| get(queue, ledger, place))?
        };
        Ok(Worker {
            process,
            seen: self.ledger.lived(place),
            since: Instant::now(),
        })
    }

    fn run(mut self, kills: u32, every: u64, name: &str) -> Result<String> {
        let style =
            ProgressStyle::with_template("{prefix:>12} {bar:40} {pos}/{len} kills, {eta} left")?;
        let progress = ProgressBar::new(kills.into())
            .with_style(style)
            .with_prefix(name.to_owned());
        let start = Instant::now();
        for _ in 0..kills {
            std::thread::sleep(Duration::from_micros(self.random.u64(0..=2000 * every)));
            self.look()?;
            let place = self.random.usize(0..WORKERS);
            self.workers[place].process.kill()?;
            self.workers[place].process.join()?;
            self.killed_getters += u32::from(place >= SIDE);
            self.workers[place] = self.start(place)?;
            progress.inc(1);
        }
        progress.finish_and_clear();
        self.end()?;
        let (put, lost) = self.settle()?;
        Ok(format!(
            "{kills} kills in {:.1} s, {put} items put, {lost} lost with {} killed getters, the longest wait {} ms",
            start.elapsed().as_secs_f64(),
            self.killed_getters,
            self.longest.as_millis(),
        ))
    }

    /// Everybody lives, or has done its share.
    fn look(&mut self) -> Result<()> {
        for place in 0..WORKERS {
            if let Some(status) = self.workers[place].process.exit_status() {
                ensure!(status.success(), "{}: {status}", title(place));
                if place < SIDE {
                    self.workers[place] = self.start(place)?;
                }
                continue;
            }
            let worker = &mut self.workers[place];
            let lived = self.ledger.lived(place);
            if worker.seen != lived {
                worker.seen = lived;
                worker.since = Instant::now();
            }
            let idle = worker.since.elapsed();
            self.longest = self.longest.max(idle);
            ensure!(
                idle < HANGS,
                "{} (pid {}) has done nothing for {} ms; {} items are in the queue",
                title(place),
                worker.process.pid(),
                idle.as_millis(),
                self.queue.len()
            );
        }
        Ok(())
    }

    /// Lets the putters end, and the getters after them.
    fn end(&mut self) -> Result<()> {
        self.ledger.stop();
        for side in [0..SIDE, SIDE..WORKERS] {
            for place in side {
                match self.workers[place].process.join_timeout(LAST)? {
                    Some(status) => ensure!(status.success(), "{}: {status}", title(place)),
                    None => bail!("{} does not end", title(place)),
                }
            }
            self.queue.close();
        }
        ensure!(
            self.queue.is_empty(),
            "{} items are left over",
            self.queue.len()
        );
        Ok(())
    }

    /// Compares what was put with what was got: how many items were put, and how many lost.
    fn settle(&self) -> Result<(u64, u64)> {
        let (mut all, mut lost) = (0, 0);
        for putter in 0..self.putters {
            let put = self.ledger.put_count(putter);
            all += u64::from(put);
            for number in 0..(put + 2).min(ITEMS) {
                let got = self.ledger.got_count(putter, number);
                ensure!(got < 2, "item {number} of putter {putter} was got twice");
                // The last put may have been done, and its putter killed before it could say so.
                ensure!(
                    number <= put || got == 0,
                    "item {number} of putter {putter} was never put"
                );
                lost += u64::from(number < put && got == 0);
            }
        }
        ensure!(
            lost <= u64::from(self.killed_getters),
            "{lost} items are lost, and only {} getters were killed",
            self.killed_getters
        );
        Ok((all, lost))
    }
}

fn title(place: usize) -> String {
    match place < SIDE {
        true => format!("putter {place}"),
        false => format!("getter {place}"),
    }
}

/// A putter's life.
fn put(queue: &Queue<()>, ledger: &Ledger, place: usize, putter: u32) -> Result<(), PutError> {
    let mut bytes = Vec::with_capacity(item::MOST_BYTES);
    for number in 0..ITEMS {
        if ledger.is_stopped() {
            break;
        }
        item::write(putter, number, &mut bytes);
        queue.put_bytes(&bytes)?;
        ledger.put(putter);
        ledger.live(place);
    }
    Ok(())
}

/// A getter's life.
fn get(queue: &Queue<()>, ledger: &Ledger, place: usize) -> Result<(), GetError> {
    let mut last = HashMap::new();
    loop {
        let bytes = match queue.get_bytes() {
            Err(GetError::Closed(_)) => return Ok(()),
            answer => answer?,
        };
        let (putter, number) = item::read(&bytes).expect("no item is torn");
        ledger.got(putter, number);
        let before = last.insert(putter, number);
        assert!(
            before.is_none_or(|before| before < number),
            "items of one putter come in order"
        );
        ledger.live(place);
    }
}
