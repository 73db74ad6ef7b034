//! `forktalk explore`: many runs of a program, and what they come to.

pub(crate) mod failure;
pub(crate) mod report;
pub(crate) mod told;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use forktalk_explore::search::{ByChance, Chance, EveryFault, EveryState, Plan, PreemptionBound};
use forktalk_explore::strategy::RoundRobin;
use forktalk_explore::{Counts, Exploration, Faults, Over, Search, Settings, Trouble};
use forktalk_host::{BATCH, Driver, Job, Program, Worker, Workers};
use forktalk_kernel::{Config, Profile, Stepping};
use indicatif::{ProgressBar, ProgressStyle};

use crate::ending;
use crate::printer::counted;
use crate::run::parse_profile;

/// The most steps of one run, unless it is said otherwise: a run of a hundred thousand does not end, or is not looked at.
const STEPS: u32 = 100_000;

/// Run a program in every order that can make a difference, or as many as you like, and report every way it can end.
///
/// The exhaustive strategy, the default, makes one run of each behaviour: two runs that differ only in the order of steps
/// that do not touch each other are the same. It ends by saying that all were seen, or what stopped it. So does the
/// strategy `states`, which sees each state once: where processes share memory, behaviours are many more than states, and
/// both come to the same outcomes. The others make runs until --runs or --time is up; the same seed and number of runs give the same result, with any number of jobs.
///
/// For each outcome (how the processes ended, what was printed) you get a count and the shortest schedule that leads to
/// it. The first failing one is made as short as possible, explained and told.
///
/// Exit status: 0 if no run failed (or exactly --expect-outcomes were seen), 1 if one did, 2 if the program cannot be run,
/// 130 if you stopped it before anything failed.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `.wasm` file, built for wasm32-wasip1 from a program with `fn main`
    pub(crate) program: PathBuf,

    #[command(flatten)]
    pub(crate) how: How,

    /// Print the result as JSON, for other programs
    #[arg(long)]
    json: bool,

    /// Fail unless there are exactly so many outcomes
    #[arg(long, value_name = "N")]
    expect_outcomes: Option<usize>,

    /// What the program is given as arguments
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
}

/// How to explore.
#[derive(Args, Clone)]
pub(crate) struct How {
    /// Which runs to make [default: exhaustive]
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<Strategy>,

    /// Stop after so many runs [default: 10000 for the strategies by chance, else no limit]
    #[arg(long, value_name = "N")]
    pub(crate) runs: Option<u64>,

    /// Stop after so much time: 30s, 5m, 1h
    #[arg(long, value_name = "T", value_parser = parse_time)]
    pub(crate) time: Option<Duration>,

    /// What chance begins with: the same number gives the same runs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// With --strategy pct: how many moments must fall together for the mistake to show
    #[arg(long, value_name = "D", default_value_t = 3)]
    depth: u32,

    /// With --strategy preemption-bound: how often the processor may be taken from a process that could go on
    #[arg(long, value_name = "P", default_value_t = 2)]
    preemptions: u32,

    /// Kill up to K processes in a run, at any of their calls; never the first one
    #[arg(long, value_name = "K", default_value_t = 0)]
    kill: u32,

    /// Let up to N waits give up before their time, as if everybody else were slow; `any`: as many as there are
    #[arg(long, value_name = "N|any", default_value = "0", value_parser = parse_count)]
    timeouts: u32,

    /// Cut up to N reads and writes short
    #[arg(long, value_name = "N", default_value_t = 0)]
    short: u32,

    /// Interrupt up to N waits by a signal
    #[arg(long, value_name = "N", default_value_t = 0)]
    interrupt: u32,

    /// Let up to N calls fail for want of a process or a descriptor
    #[arg(long, value_name = "N", default_value_t = 0)]
    fail: u32,

    /// Stop up to N processes for ever
    #[arg(long, value_name = "N", default_value_t = 0)]
    stop: u32,

    /// What counts as a failure, of: deadlock, root-failed, process-failed, fuel, steps, nondeterminism, left-behind,
    /// unreceived [default: all but the last two]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse_trouble)]
    pub(crate) fail_on: Option<Vec<Trouble>>,

    /// The kernel: linux, exact as Linux is; or posix, where capacities and short counts are left to chance
    #[arg(long, value_name = "KERNEL", default_value = "linux", value_parser = parse_profile)]
    profile: Profile,

    /// Make each access to shared memory a step: for programs that use it without a lock
    #[arg(long)]
    fine: bool,

    /// Make runs on so many processors at once [default: all]
    #[arg(long, short, value_name = "J")]
    pub(crate) jobs: Option<usize>,

    /// How many runs are enough if one of them has failed.
    #[arg(skip)]
    pub(crate) enough_if_failed: Option<u64>,
}

/// Which runs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Strategy {
    /// One run of each behaviour; says so when all were seen
    Exhaustive,
    /// Each state once, for programs that have too many behaviours: the same outcomes, but not how many runs lead to each
    States,
    /// Every order with few preemptions, those with fewer first
    PreemptionBound,
    /// A die for each step
    Random,
    /// Priorities that change at few moments: finds what needs few events in the wrong order
    Pct,
    /// As if each interleaving were as likely as the others
    Uniform,
}

/// Why the runs stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    Exhausted,
    Runs,
    Time,
    Interrupted,
}

/// An exploration that is over.
pub(crate) struct Explored {
    pub(crate) exploration: Exploration,
    pub(crate) stopped: Stopped,
    pub(crate) took: Duration,
    pub(crate) job: Job,
}

impl Arguments {
    pub(crate) fn execute(&self) -> ExitCode {
        ending::exit(self.explore())
    }

    fn explore(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        let program = Program::load(&self.program)?;
        let interrupted = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&interrupted);
        ctrlc::set_handler(move || {
            if told.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        })?;
        let explored = self
            .how
            .explore(&program, &self.arguments, &interrupted, !self.json)?;
        let report = report::Report {
            explored: &explored,
            how: &self.how,
            program: &self.program,
            arguments: &self.arguments,
        };
        match self.json {
            true => println!("{}", report.json()),
            false => report.print(&interrupted)?,
        }
        Ok(self.exit_code(&explored))
    }

    fn exit_code(&self, explored: &Explored) -> ExitCode {
        let found = explored.exploration.found();
        let failed = found.iter().any(|one| self.how.fails(&one.outcome));
        match self.expect_outcomes {
            Some(expected) if expected != found.len() => {
                eprintln!(
                    "forktalk: expected {expected} outcomes, and there are {}",
                    found.len()
                );
                ExitCode::FAILURE
            }
            Some(_) if explored.stopped != Stopped::Interrupted => ExitCode::SUCCESS,
            _ if failed => ExitCode::FAILURE,
            _ if explored.stopped == Stopped::Interrupted => ExitCode::from(130),
            _ => ExitCode::SUCCESS,
        }
    }
}

impl How {
    /// Makes the runs.
    pub(crate) fn explore(
        &self,
        program: &Arc<Program>,
        arguments: &[String],
        interrupted: &AtomicBool,
        show: bool,
    ) -> Result<Explored, Box<dyn std::error::Error>> {
        let job = self.job(program, arguments);
        let mut exploration = Exploration::new(self.search(&job)?, self.most_runs());
        let progress = self.progress(show);
        let began = Instant::now();
        let jobs = self.jobs();
        let stopped = std::thread::scope(|scope| -> Result<Stopped, String> {
            let mut workers = Workers::start(scope, &job, jobs);
            loop {
                let plans = exploration.plans(BATCH);
                if plans.is_empty() {
                    return Ok(match exploration.over() {
                        Some(Over::Exhausted) => Stopped::Exhausted,
                        _ => Stopped::Runs,
                    });
                }
                for report in workers.run(plans) {
                    let (ran, watch) = report.map_err(ending::cannot_go_on)?;
                    exploration.take(ran, watch.as_deref());
                    workers.give_back(watch);
                }
                show_progress(&progress, &exploration);
                if interrupted.load(Ordering::Relaxed) {
                    return Ok(Stopped::Interrupted);
                }
                if self.time.is_some_and(|time| began.elapsed() >= time) {
                    return Ok(Stopped::Time);
                }
                if self.has_failed_enough(&exploration) {
                    return Ok(Stopped::Runs);
                }
            }
        });
        progress.finish_and_clear();
        make_again(&job, &mut exploration)?;
        Ok(Explored {
            exploration,
            stopped: stopped?,
            took: began.elapsed(),
            job,
        })
    }

    pub(crate) fn jobs(&self) -> usize {
        self.jobs.unwrap_or_else(all_processors).max(1)
    }

    fn has_failed_enough(&self, exploration: &Exploration) -> bool {
        let made_enough = self
            .enough_if_failed
            .is_some_and(|enough| exploration.runs() >= enough);
        let mut found = exploration.found().iter();
        made_enough && found.any(|one| self.fails(&one.outcome))
    }

    /// Whether this outcome is a failure.
    pub(crate) fn fails(&self, outcome: &forktalk_explore::Outcome) -> bool {
        match &self.fail_on {
            Some(list) => outcome
                .troubles
                .iter()
                .any(|trouble| list.contains(trouble)),
            None => !outcome.is_well(),
        }
    }

    pub(crate) fn faults(&self) -> Faults {
        Faults {
            kills: self.kill,
            timeouts: self.timeouts,
            shorts: self.short,
            interrupts: self.interrupt,
            failures: self.fail,
            stops: self.stop,
        }
    }

    pub(crate) fn job(&self, program: &Arc<Program>, arguments: &[String]) -> Job {
        let own_name = std::iter::once(program.name.clone());
        Job {
            program: Arc::clone(program),
            kernel: Config {
                profile: self.profile,
                stepping: match self.fine {
                    true => Stepping::Fine,
                    false => Stepping::Coarse,
                },
                seed: self.seed,
                arguments: own_name.chain(arguments.iter().cloned()).collect(),
                ..Config::default()
            },
            faults: self.faults(),
            step_limit: STEPS,
        }
    }

    fn most_runs(&self) -> u64 {
        const BY_CHANCE: u64 = 10_000;
        let is_by_chance = !matches!(
            self.strategy(),
            Strategy::Exhaustive | Strategy::States | Strategy::PreemptionBound
        );
        match self.runs {
            Some(runs) => runs,
            None if is_by_chance && self.time.is_none() => BY_CHANCE,
            None => u64::MAX,
        }
    }

    fn strategy(&self) -> Strategy {
        self.strategy.unwrap_or(Strategy::Exhaustive)
    }

    fn search(&self, job: &Job) -> Result<Box<dyn Search>, String> {
        let kernel = job.kernel.clone();
        let faults = self.faults();
        let by_chance = |chance| Box::new(ByChance::new(chance, self.seed, faults));
        Ok(match self.strategy() {
            Strategy::Exhaustive => Box::new(EveryFault::new(kernel, faults)),
            Strategy::States => Box::new(EveryState::new(kernel, faults)),
            Strategy::PreemptionBound => {
                Box::new(PreemptionBound::new(self.seed, Some(self.preemptions)))
            }
            Strategy::Random => by_chance(Chance::Random),
            Strategy::Pct => by_chance(Chance::Pct(self.depth)),
            Strategy::Uniform => by_chance(Chance::Uniform(counts(job)?)),
        })
    }

    fn progress(&self, show: bool) -> ProgressBar {
        let bar = match (show, self.most_runs()) {
            (false, _) => ProgressBar::hidden(),
            (true, u64::MAX) => ProgressBar::no_length(),
            (true, runs) => ProgressBar::new(runs),
        };
        let template = match self.most_runs() {
            u64::MAX => "{spinner} {pos} runs{msg}",
            _ => "{bar:30} {pos}/{len} runs{msg}, {eta} left",
        };
        let style = ProgressStyle::with_template(template);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }
}

/// Makes the shortest run of each outcome once more: it must come to the same.
fn make_again(job: &Job, exploration: &mut Exploration) -> Result<(), String> {
    let mut worker = Worker::new(job);
    for number in 0..exploration.found().len() {
        let plan = Plan::again(&exploration.found()[number].shortest.schedule);
        let (ran, _) = worker.run(plan).map_err(ending::cannot_go_on)?;
        exploration.made_again(number, &ran);
    }
    Ok(())
}

fn show_progress(progress: &ProgressBar, exploration: &Exploration) {
    progress.set_position(exploration.runs());
    progress.set_message(format!(
        ", {:.0} runs/s, {}, up to {} steps",
        progress.per_sec(),
        counted(exploration.found().len() as u64, "outcome"),
        exploration.most_steps()
    ));
}

/// How many steps each process takes in a run in which everybody goes in turn.
fn counts(job: &Job) -> Result<Counts, String> {
    let settings = Settings {
        kernel: job.kernel.clone(),
        strategy: Box::new(RoundRobin),
        record: true,
    };
    let mut driver = Driver::new(&job.program, settings);
    driver.run_mut().set_step_limit(job.step_limit);
    driver.drive(|_| {}).map_err(ending::cannot_go_on)?;
    Ok(Counts::of(driver.run().trace()))
}

fn all_processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(char::is_alphabetic);
    let seconds = match &text[digits.len()..] {
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("there is no unit {other}: say s, m or h")),
    };
    let number: f64 = digits
        .parse()
        .map_err(|_| format!("{digits:?} is no number"))?;
    Duration::try_from_secs_f64(number * seconds).map_err(|error| error.to_string())
}

fn parse_count(text: &str) -> Result<u32, String> {
    match text {
        "any" => Ok(Faults::UNLIMITED),
        number => number
            .parse()
            .map_err(|_| format!("{number:?} is neither a number nor \"any\"")),
    }
}

fn parse_trouble(text: &str) -> Result<Trouble, String> {
    let mut all = Trouble::ALL.into_iter();
    all.find(|trouble| trouble.name() == text).ok_or_else(|| {
        let names: Vec<_> = Trouble::ALL.iter().map(|trouble| trouble.name()).collect();
        format!("there is no {text}: say one of {}", names.join(", "))
    })
}
