//! Kill at every step: a queue under random schedules in which any of its users is killed at any step, each access to
//! shared memory being one. The program is `program/`; it checks itself.
//!
//! At the end each rare path of the ring must have been gone.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Parser;
use forktalk_explore::strategy::{Faulty, Random};
use forktalk_explore::{End, Faults, Settings};
use forktalk_host::{Driver, Program};
use forktalk_kernel::{Config, Stepping};
use indicatif::{ProgressBar, ProgressStyle};

/// A queue under random schedules with kills
#[derive(Parser)]
struct Arguments {
    /// The program, built for wasm32-wasip1
    program: PathBuf,
    /// Runs, of all configurations together
    #[arg(long, default_value_t = 200_000)]
    runs: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Putters, getters, items of each; whether the root gets too; what is bounded, and how.
const CONFIGURATIONS: [&str; 17] = [
    "1 1 2 gets items 1",
    "1 1 3 leaves items 1",
    "1 1 3 gets items 2",
    "1 1 4 leaves items 2",
    "2 1 2 leaves items 1",
    "2 1 2 gets items 2",
    "1 2 3 leaves items 1",
    "1 2 3 gets items 2",
    "2 2 2 leaves items 1",
    "2 2 2 leaves items 2",
    // Records wrap at every place.
    "1 1 6 leaves bytes 20",
    "2 2 3 leaves bytes 28",
    // Somebody holds the queue and does nothing: nobody is told of deaths.
    "1 1 2 holds items 8",
    "2 2 2 holds items 8",
    // The queue grows, and is rewound when it is empty.
    "1 1 3 leaves large 8",
    "2 1 2 gets large 8",
    "1 2 3 leaves large 2",
];

/// A run that takes more steps does not end.
const STEPS: u32 = 50_000;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let program = Program::load(&arguments.program)
        .with_context(|| format!("cannot load {}", arguments.program.display()))?;
    let jobs = thread::available_parallelism().map_or(1, |jobs| jobs.get() as u64);
    let share = arguments.runs.div_ceil(CONFIGURATIONS.len() as u64);
    let mut marks = BTreeMap::new();
    let start = Instant::now();
    for configuration in CONFIGURATIONS {
        let counted = campaign(&program, configuration, share, arguments.seed, jobs)?;
        for (mark, count) in counted {
            *marks.entry(mark).or_insert(0) += count;
        }
    }
    let runs = share * CONFIGURATIONS.len() as u64;
    let rate = runs as f64 / start.elapsed().as_secs_f64();
    println!(
        "{runs} runs, {rate:.0} runs/s: nothing lost but with its getter, nothing got twice, nobody hung\n\nrare paths:"
    );
    for (mark, count) in &marks {
        println!("{count:>10}  {mark}");
    }
    let missed: Vec<_> = marks.iter().filter(|(_, count)| **count == 0).collect();
    ensure!(
        missed.is_empty(),
        "rare paths that were never gone: {missed:?}"
    );
    Ok(())
}

/// What each rare path was gone.
type Marks = BTreeMap<String, u64>;

fn campaign(
    program: &Arc<Program>,
    configuration: &str,
    runs: u64,
    seed: u64,
    jobs: u64,
) -> Result<Marks> {
    let style = ProgressStyle::with_template(
        "{prefix:>24} {bar:40} {pos}/{len} runs, {per_sec}, {eta} left",
    )?;
    let progress = ProgressBar::new(runs)
        .with_style(style)
        .with_prefix(configuration.to_owned());
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let work = || -> Result<(Marks, u64)> {
        let mut worker = Worker::new(program, configuration)?;
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= runs || failed.load(Ordering::Relaxed) {
                return Ok((worker.marks, worker.steps));
            }
            worker
                .run(seed + run)
                .inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
            progress.inc(1);
        }
    };
    let mut marks = Marks::new();
    let mut steps = 0;
    thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let (counted, took) = worker.join().map_err(|_| anyhow!("a worker panicked"))??;
            steps += took;
            for (mark, count) in counted {
                *marks.entry(mark).or_insert(0) += count;
            }
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    println!(
        "{configuration:>24}: {runs} runs of {} steps on average",
        steps / runs
    );
    Ok(marks)
}

struct Worker<'a> {
    driver: Driver,
    configuration: &'a str,
    /// How long a run takes without kills.
    length: u32,
    marks: Marks,
    steps: u64,
}

impl<'a> Worker<'a> {
    fn new(program: &Arc<Program>, configuration: &'a str) -> Result<Worker<'a>> {
        let words = configuration.split(' ').map(str::to_owned);
        let kernel = Config {
            stepping: Stepping::Fine,
            arguments: std::iter::once("under-kills".to_owned())
                .chain(words)
                .collect(),
            ..Config::default()
        };
        let mut driver = Driver::new(
            program,
            Settings {
                kernel,
                strategy: Box::new(Random::new()),
                record: false,
            },
        );
        driver.run_mut().set_step_limit(STEPS);
        let mut worker = Worker {
            driver,
            configuration,
            length: 0,
            marks: Marks::new(),
            steps: 0,
        };
        worker.drive(0)?;
        worker.length = worker.driver.run().steps();
        Ok(worker)
    }

    fn run(&mut self, seed: u64) -> Result<()> {
        // As if everybody else were slow: who naps goes on to watch. Who holds the queue sleeps until all others have done
        // what they can.
        let early = seed.is_multiple_of(2) && !self.configuration.contains("holds");
        self.driver.run_mut().set_faults(Faults {
            kills: 1 + (seed % 3) as u32,
            timeouts: if early { Faults::UNLIMITED } else { 0 },
            ..Faults::NONE
        });
        let strategy = Faulty::new(Box::new(Random::new())).within(self.length);
        self.driver.reset(seed, Some(Box::new(strategy)));
        self.drive(seed)
    }

    fn drive(&mut self, seed: u64) -> Result<()> {
        let mut printed = Vec::new();
        let driven = self.driver.drive(|output| printed.extend(output.bytes));
        let end = driven.map_err(|error| anyhow!("{error:#}"))?;
        let printed = String::from_utf8_lossy(&printed);
        match end {
            End::Finished(status) if status.success() => {}
            other => {
                let run = self.driver.run();
                let told = run.explain().map(|deadlock| deadlock.waiters);
                for waiter in told.into_iter().flatten() {
                    eprintln!("{}", waiter.sentence.en);
                }
                let configuration = self.configuration;
                bail!(
                    "{configuration}, seed {seed}: {other:?}\n{printed}\nagain: forktalk run under-kills.wasm --schedule '{}' -- {configuration}",
                    run.schedule()
                )
            }
        }
        self.steps += u64::from(self.driver.run().steps());
        for counted in printed.lines().last().unwrap_or_default().split(", ") {
            let (mark, count) = counted.split_once(' ').context("a count of a rare path")?;
            *self.marks.entry(mark.to_owned()).or_insert(0) += count.parse::<u64>()?;
        }
        Ok(())
    }
}
