//! Measures explorations by forktalk, with the library that the command `forktalk explore` is made of.
//!
//! It is called by `forktalk-bench explore`, and shares its cases.

#![forbid(unsafe_code)]

#[path = "../../src/explore/case.rs"]
#[allow(dead_code, reason = "what compares is not needed here")]
mod case;
mod measure;

use std::path::PathBuf;

use case::{Case, Strategy};
use clap::Parser;
use forktalk_explore::search::{ByChance, Chance, EveryFault};
use forktalk_explore::strategy::RoundRobin;
use forktalk_explore::{Counts, Exploration, Faults, Over, Search, Settings};
use forktalk_host::{Driver, Job, Program, Worker};
use forktalk_kernel::Config;
use measure::{Answer, End, Explored, Explorer, measure};
use mimalloc::MiMalloc;

/// As the command does.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// One measurement; prints a number
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The tutorial's program, built for wasm32-wasip1
    #[arg(long)]
    tutorial: PathBuf,
    /// The gallery's programs, built for wasm32-wasip1
    #[arg(long)]
    gallery: PathBuf,
    /// Fifteen bare calls, built for wasm32-wasip1
    #[arg(long)]
    calls: PathBuf,
    case: Case,
    strategy: Strategy,
}

fn main() -> Answer<()> {
    let arguments = Arguments::parse();
    let job = arguments.job()?;
    println!("{}", measure(&job, arguments.case, arguments.strategy)?);
    Ok(())
}

impl Arguments {
    fn job(&self) -> Answer<Job> {
        let name = self.case.program;
        let (module, arguments) = match name {
            "tutorial-3" => (&self.tutorial, vec!["tutorial", "3"]),
            "fifteen-calls" => (&self.calls, vec!["fifteen-calls"]),
            _ => (&self.gallery, vec!["gallery", name]),
        };
        Ok(Job {
            program: Program::load(module)?,
            kernel: Config {
                arguments: arguments.into_iter().map(str::to_owned).collect(),
                ..Config::default()
            },
            faults: Faults {
                timeouts: match name {
                    "timeout_taken_for_death" => Faults::UNLIMITED,
                    _ => 0,
                },
                ..Faults::NONE
            },
            step_limit: 10_000,
        })
    }
}

impl Explorer for Job {
    fn explore(&self, strategy: Strategy, seed: u64, most: u64) -> Answer<Explored> {
        let mut exploration = Exploration::new(search(self, strategy, seed)?, most);
        let mut worker = Worker::new(self);
        while let Some(plan) = exploration.plans(1).pop() {
            let (ran, watch) = worker.run(plan)?;
            let failed = !ran.outcome.is_well();
            exploration.take(ran, watch.as_deref());
            watch.into_iter().for_each(|watch| worker.give_back(watch));
            if failed {
                let runs = exploration.runs();
                let end = End::Failed;
                return Ok(Explored { runs, end });
            }
        }
        Ok(Explored {
            runs: exploration.runs(),
            end: match exploration.over() {
                Some(Over::Exhausted) => End::Exhausted,
                _ => End::Enough,
            },
        })
    }
}

fn search(job: &Job, strategy: Strategy, seed: u64) -> Answer<Box<dyn Search>> {
    let chance = match strategy {
        Strategy::Exhaustive => {
            return Ok(Box::new(EveryFault::new(job.kernel.clone(), job.faults)));
        }
        Strategy::Random => Chance::Random,
        Strategy::Pct => Chance::Pct(3),
        Strategy::Uniform => Chance::Uniform(counts(job)?),
    };
    Ok(Box::new(ByChance::new(chance, seed, job.faults)))
}

/// How many steps each process takes in a run in which everybody goes in turn.
fn counts(job: &Job) -> Answer<Counts> {
    let settings = Settings {
        kernel: job.kernel.clone(),
        strategy: Box::new(RoundRobin),
        record: true,
    };
    let mut driver = Driver::new(&job.program, settings);
    driver.drive(|_| {})?;
    Ok(Counts::of(driver.run().trace()))
}
