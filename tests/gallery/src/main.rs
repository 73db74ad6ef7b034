//! The gallery of mistakes, explored: each strategy finds each mistake within a stated number of runs, and the exhaustive
//! one sees every behaviour of the repaired program and none that fails. And the queue, each access to its memory a step.

#![forbid(unsafe_code)]

mod queue;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Parser;
use forktalk_explore::search::{ByChance, Chance, EveryFault};
use forktalk_explore::strategy::RoundRobin;
use forktalk_explore::{Counts, Exploration, Faults, Over, Search, Settings};
use forktalk_host::{BATCH, Driver, Job, Program, Workers};
use forktalk_kernel::Config;
use forktalk_programs::{BUGS, Bug};

/// The gallery of mistakes, explored
#[derive(Parser)]
struct Arguments {
    /// The suite's programs, built for wasm32-wasip1
    programs: PathBuf,
}

/// A strategy must find a mistake within so many runs: the rarest shows in three of a hundred random runs.
const MOST_TO_FIND: u64 = 2000;
/// A program of the gallery has no more behaviours: then all of them are seen.
const MOST_BEHAVIOURS: u64 = 30_000;
/// The median of the searches from so many seeds counts.
const SEEDS: u64 = 9;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let program = Program::load(&arguments.programs)
        .with_context(|| format!("cannot load {}", arguments.programs.display()))?;
    println!(
        "run that fails first: the exhaustive search, and the medians of {SEEDS} searches by chance"
    );
    println!(
        "{:<28}{:>12}{:>12}{:>8}{:>8}{:>10}{:>12}",
        "", "behaviours", "exhaustive", "random", "pct", "uniform", "repaired"
    );
    for bug in &BUGS {
        let row = Row::of(&program, bug).with_context(|| bug.path.to_owned())?;
        println!(
            "{:<28}{:>12}{:>12}{:>8}{:>8}{:>10}{:>12}",
            bug.path.trim_start_matches("gallery/"),
            row.behaviours,
            row.exhaustive,
            row.by_chance[0],
            row.by_chance[1],
            row.by_chance[2],
            row.repaired
        );
    }
    println!(
        "every mistake was found by every strategy, and no behaviour of a repaired program fails\n"
    );
    queue::prove(&program)
}

/// What was found of a mistake.
struct Row {
    behaviours: u64,
    exhaustive: u64,
    by_chance: [u64; 3],
    repaired: u64,
}

impl Row {
    fn of(program: &Arc<Program>, bug: &Bug) -> Result<Row> {
        let faults = Faults {
            kills: bug.kills,
            timeouts: if bug.timeouts { Faults::UNLIMITED } else { 0 },
            ..Faults::NONE
        };
        let broken = job(program, bug.path, faults);
        let every = |job: &Job| Box::new(EveryFault::new(job.kernel.clone(), faults));
        let all = explore(&broken, every(&broken), MOST_BEHAVIOURS, false)?;
        ensure!(
            all.over() == Some(Over::Exhausted),
            "not exhausted after {} runs",
            all.runs()
        );
        let exhaustive = first_failure(&all).context("the exhaustive search finds nothing")?;
        let counts = counts(&broken)?;
        let mut by_chance = [0; 3];
        let chances = [Chance::Random, Chance::Pct(3), Chance::Uniform(counts)];
        for (median, chance) in by_chance.iter_mut().zip(chances) {
            *median =
                self::median(&broken, &chance, faults).with_context(|| format!("by {chance:?}"))?;
        }
        let repaired = job(program, bug.repaired().path, faults);
        let seen = explore(&repaired, every(&repaired), MOST_BEHAVIOURS, false)?;
        ensure!(
            seen.over() == Some(Over::Exhausted),
            "the repaired one: not exhausted after {} runs",
            seen.runs()
        );
        if let Some(failing) = seen.found().iter().find(|found| !found.outcome.is_well()) {
            return Err(anyhow!(
                "the repaired one fails: {:?}, schedule {}",
                failing.outcome,
                failing.shortest.schedule
            ));
        }
        Ok(Row {
            behaviours: all.runs(),
            exhaustive,
            by_chance,
            repaired: seen.runs(),
        })
    }
}

/// The median, over some seeds, of the number of the first run that fails.
fn median(job: &Job, chance: &Chance, faults: Faults) -> Result<u64> {
    let mut firsts = Vec::new();
    for seed in 0..SEEDS {
        let search = Box::new(ByChance::new(chance.clone(), seed * MOST_TO_FIND, faults));
        let made = explore(job, search, MOST_TO_FIND, true)?;
        let first = first_failure(&made);
        firsts.push(
            first.with_context(|| format!("no failure in {MOST_TO_FIND} runs from seed {seed}"))?,
        );
    }
    firsts.sort_unstable();
    Ok(firsts[firsts.len() / 2])
}

fn job(program: &Arc<Program>, path: &str, faults: Faults) -> Job {
    Job {
        program: Arc::clone(program),
        kernel: Config {
            arguments: vec![program.name.clone(), path.to_owned()],
            ..Config::default()
        },
        faults,
        step_limit: 10_000,
    }
}

/// Makes the runs of a search, up to the first that fails if that is all one wants to know.
fn explore(job: &Job, search: Box<dyn Search>, most: u64, only_first: bool) -> Result<Exploration> {
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut exploration = Exploration::new(search, most);
    std::thread::scope(|scope| {
        let mut workers = Workers::start(scope, job, jobs);
        loop {
            let plans = exploration.plans(BATCH);
            if plans.is_empty() {
                return Ok(exploration);
            }
            for report in workers.run(plans) {
                let (ran, watch) = report.map_err(|error| anyhow!("{error:#}"))?;
                exploration.take(ran, watch.as_deref());
                workers.give_back(watch);
            }
            if only_first && first_failure(&exploration).is_some() {
                return Ok(exploration);
            }
        }
    })
}

fn first_failure(exploration: &Exploration) -> Option<u64> {
    let failing = exploration
        .found()
        .iter()
        .filter(|found| !found.outcome.is_well());
    failing.map(|found| found.first).min()
}

fn counts(job: &Job) -> Result<Counts> {
    let settings = Settings {
        kernel: job.kernel.clone(),
        strategy: Box::new(RoundRobin),
        record: true,
    };
    let mut driver = Driver::new(&job.program, settings);
    driver.drive(|_| {}).map_err(|error| anyhow!("{error:#}"))?;
    Ok(Counts::of(driver.run().trace()))
}
