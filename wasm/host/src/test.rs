//! `forktalk test`: each test of a test binary, explored. What cargo calls as its runner.

mod again;
mod libtest;
mod lines;
mod runner;
mod selection;
mod tested;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

use clap::{Args, ValueEnum};
use forktalk_explore::Schedule;
use forktalk_host::Program;

use crate::ending;
use crate::explore::How;
use lines::Lines;
use selection::Selection;
use tested::{Suite, Tested};

pub(crate) use runner::meant;

/// Explore each `#[test]` of a test binary: run it in every order that can make a difference.
///
/// It is cargo's runner: with `runner = "forktalk test"` under `[target.wasm32-wasip1]` in `.cargo/config.toml`,
/// `cargo test --target wasm32-wasip1` does this for the tests of your crate, and `cargo run --target wasm32-wasip1` runs
/// your program once, as `forktalk run` does: a binary without tests is taken for a program. What cargo's users tell the
/// test harness behind `--` is understood here, and so are the options of `forktalk explore`. Options may also stand in
/// the environment variable FORKTALK_TEST.
///
/// Unless you say otherwise, at most 10000 runs are made of a test, for at most 10 seconds, to see all that it can do.
/// If that was not enough, 1000 more are made, for at most 10 seconds, in which chance decides. A test fails if one of
/// its runs does; then 1000 runs are enough. The shortest failing run is told beneath the test's line.
///
/// With FORKTALK_SCHEDULE, the string that was printed, one test is run once, by that schedule, and told.
///
/// A panic ends the process here, so tests that should panic are ignored.
///
/// Exit status: 0 if all tests passed, 101 if one failed, as cargo expects; 2 if they cannot be run.
#[derive(Args)]
#[command(args_override_self = true)]
pub(crate) struct Arguments {
    /// A test binary that cargo has built for wasm32-wasip1
    program: PathBuf,

    #[command(flatten)]
    selection: Selection,

    /// List the tests, and run none
    #[arg(long)]
    list: bool,

    /// How tests are listed: for people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,

    /// Print a letter for each test instead of a line
    #[arg(long, short)]
    quiet: bool,

    /// Show what tests print that pass, too
    #[arg(long)]
    show_output: bool,

    /// The same, since what a test prints in its many runs is never printed at once
    #[arg(long, alias = "no-capture")]
    nocapture: bool,

    /// The same as --jobs: run so many tests at once
    #[arg(long, value_name = "J")]
    test_threads: Option<usize>,

    #[command(flatten, next_help_heading = "How to explore")]
    how: How,
}

/// How tests are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Terse,
}

impl Arguments {
    pub(crate) fn execute(&self) -> ExitCode {
        ending::exit(self.test())
    }

    fn test(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        let program = Program::load(&self.program)?;
        let Some(chosen) = self.selection.choose(&program)? else {
            // It carries a harness that does what it likes, as that of rustdoc does.
            return Ok(crate::execute(runner::once(
                &self.program,
                std::env::args_os().skip(3),
            )));
        };
        if self.list {
            lines::list(&chosen, self.format == Format::Terse);
            return Ok(ExitCode::SUCCESS);
        }
        let schedule = self.schedule(chosen.tests.len())?;
        let suite = Suite {
            program: &program,
            path: &self.program,
            selection: &self.selection,
            how: &self.how,
            shows_output: self.show_output || self.nocapture,
            schedule,
        };
        let mut lines = Lines::begin(&chosen, self.quiet);
        self.run(&suite, &chosen.tests, &mut lines)?;
        Ok(lines.end())
    }

    /// The schedule by which the one test is to be run, if that is asked for.
    fn schedule(&self, tests: usize) -> Result<Option<Schedule>, String> {
        let Some(schedule) = runner::schedule() else {
            return Ok(None);
        };
        if tests > 1 {
            return Err(format!(
                "FORKTALK_SCHEDULE is for one test, and {tests} are chosen: name it, with --exact"
            ));
        }
        let schedule = schedule.parse();
        schedule
            .map(Some)
            .map_err(|error| format!("FORKTALK_SCHEDULE: {error}"))
    }

    /// Runs the tests, several at once; each is told when those before it were.
    fn run(&self, suite: &Suite<'_>, tests: &[String], lines: &mut Lines) -> Result<(), String> {
        let jobs = self.test_threads.unwrap_or_else(|| self.how.jobs()).max(1);
        let at_once = jobs.min(tests.len()).max(1);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let (tell, told) = channel();
            for _ in 0..at_once {
                let (tell, next) = (tell.clone(), &next);
                scope.spawn(move || {
                    let mut number = next.fetch_add(1, Ordering::Relaxed);
                    while let Some(name) = tests.get(number) {
                        // After an error nobody listens, and nothing is left to be run.
                        let _ = tell.send((number, suite.test(name, jobs / at_once)));
                        number = next.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            drop(tell);
            let result = in_order(tests, &told, lines);
            next.store(tests.len(), Ordering::Relaxed);
            result
        })
    }
}

/// Tells the tests in the order in which they are listed.
fn in_order(
    tests: &[String],
    told: &Receiver<(usize, Result<Tested, String>)>,
    lines: &mut Lines,
) -> Result<(), String> {
    let mut early = BTreeMap::new();
    for (number, name) in tests.iter().enumerate() {
        lines.announce(name);
        while !early.contains_key(&number)
            && let Ok((number, tested)) = told.recv()
        {
            early.insert(number, tested);
        }
        let tested = early.remove(&number);
        let tested = tested.ok_or_else(|| format!("the test {name} could not be explored"))??;
        lines.tell(name, tested);
    }
    Ok(())
}
