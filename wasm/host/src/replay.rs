//! `forktalk replay`: a run again, told.

use std::borrow::Cow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use forktalk_explore::schedule::Reason;
use forktalk_explore::{End, Run, Schedule, Settings, Trace, strategy};
use forktalk_host::{Driver, Program};
use forktalk_kernel::Config;
use forktalk_report as report;

use crate::ending::{self, CANNOT};
use crate::exports::Exports;
use crate::printer::{Printer, say, tell, tell_table};

/// Run a program again by a schedule, and tell the run twice: as a table of all steps, and as a diagram of who sent
/// what to whom.
///
/// A schedule is the string that an earlier run printed; seed and kernel are part of it. In the diagram each process has
/// a column, and time goes down: `●` takes the step, `│` could, `┊` waits; an arrow arrives at the step at which it is
/// drawn, and says when it was sent; `■` is an end, `✗` an end by force, `╳` a wait that nobody ends. It is as wide as
/// COLUMNS says, or the terminal.
///
/// Exit status: the root process's (128 and the signal if one ended it); 75 for a deadlock, 76 if the run took too many
/// steps, 0 if it was stopped by --to; 2 if the program cannot be run, or if the schedule does not fit it: then the step
/// is said at which it no longer did, and the run goes on from there by the default policy.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The choices to make again: the string that an earlier run printed
    schedule: Schedule,

    /// A `.wasm` file, built for wasm32-wasip1 from a program with `fn main`
    program: PathBuf,

    /// Stop after this step, and show the state then: what each process stands at, what lies in each pipe
    #[arg(long, value_name = "STEP")]
    to: Option<u32>,

    #[command(flatten)]
    exports: Exports,

    /// Tell the run as a table only
    #[arg(long)]
    table: bool,

    /// Print nothing of what the program prints, and tell nothing about a run that ends well
    #[arg(long, short)]
    quiet: bool,

    /// What the program is given as arguments
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

impl Arguments {
    pub(crate) fn execute(&self) -> ExitCode {
        ending::exit(self.replay())
    }

    fn replay(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        self.exports.check()?;
        let program = Program::load(&self.program)?;
        let mut driver = Driver::new(&program, self.settings(&program.name));
        if let Some(step) = self.to {
            driver.run_mut().set_step_limit(step);
        }
        let mut printer = Printer::default()
            .quiet(self.quiet)
            .no_stdout(self.exports.to_stdout());
        let end = driver.drive(|output| printer.print(&output));
        printer.finish();
        let end = end.map_err(ending::cannot_go_on)?;

        for remark in driver.take_remarks() {
            eprintln!("forktalk: {remark}");
        }
        let run = driver.run();
        let stopped = end == End::Limit && self.to == Some(run.steps());
        let trace = told(run, stopped);
        self.exports.write(&trace)?;
        self.tell(run, &trace);
        Ok(self.conclude(run, end, stopped))
    }

    fn settings(&self, name: &str) -> Settings {
        let own_name = std::iter::once(name.to_owned());
        Settings {
            kernel: Config {
                profile: self.schedule.profile,
                stepping: self.schedule.stepping,
                seed: self.schedule.seed,
                arguments: own_name.chain(self.arguments.iter().cloned()).collect(),
                ..Config::default()
            },
            strategy: strategy::replaying(&self.schedule),
            record: true,
        }
    }

    fn tell(&self, run: &Run, trace: &Trace) {
        let stdout_is_free = !self.exports.to_stdout();
        let tells = !self.quiet && stdout_is_free;
        if self.table {
            tell_table(trace);
        } else if tells {
            tell(trace);
        }
        if self.to == Some(run.steps()) && stdout_is_free {
            let gap = if self.table || tells { "\n" } else { "" };
            let state = report::state(&run.view());
            say(&format!("{gap}After step {}:\n{state}", run.steps()));
        }
    }

    /// Says how it ended, if that was not well, and whether the schedule fits.
    fn conclude(&self, run: &Run, end: End, stopped: bool) -> ExitCode {
        if !stopped {
            ending::explain(run, end);
        }
        if let Some(step) = self.to.filter(|step| *step > run.steps()) {
            eprintln!(
                "forktalk: there is no step {step}: the run ended after step {}",
                run.steps()
            );
        }
        // Beyond the step at which it was stopped, nobody knows whether it fits.
        let divergence = run.divergence();
        match divergence.filter(|divergence| !stopped || divergence.reason != Reason::Ended) {
            Some(divergence) => {
                eprintln!("forktalk: {divergence}");
                ExitCode::from(CANNOT)
            }
            None if stopped => ExitCode::SUCCESS,
            None => ending::exit_code(end),
        }
    }
}

/// What was recorded; of a run that was stopped, without an end.
fn told(run: &Run, stopped: bool) -> Cow<'_, Trace> {
    let mut trace = Cow::Borrowed(run.trace());
    if stopped {
        trace.to_mut().end = None;
    }
    trace
}
