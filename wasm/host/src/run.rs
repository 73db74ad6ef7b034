//! `forktalk run`: one run of a program.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use forktalk_explore::schedule::profile_name;
use forktalk_explore::strategy::{self, Faulty, Random, RoundRobin};
use forktalk_explore::{End, Faults, Schedule, Settings, Strategy};
use forktalk_host::{Driver, Program};
use forktalk_kernel::{Config, Profile, Stepping};

use crate::ending;
use crate::exports::Exports;
use crate::pasted;
use crate::printer::{Printer, tell_table};

/// Run a program on the simulated kernel: each process an instance of it, one call at a time.
///
/// By default a process goes on until it blocks, then the lowest number goes; --seed lets chance decide, the same
/// each time. Exit status: the root process's (128 and the signal if one ended it); 75 for a deadlock, 76 if the run
/// took too many steps, 2 if the program cannot be run.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `.wasm` file, built for wasm32-wasip1 from a program with `fn main`
    program: PathBuf,

    /// Let chance decide who goes next; the same number gives the same run
    #[arg(long, value_name = "N", group = "who")]
    seed: Option<u64>,

    /// Let these choices decide: the string that an earlier run printed
    #[arg(long, value_name = "S", group = "who")]
    schedule: Option<Schedule>,

    /// Let each process take one step in turn
    #[arg(long, group = "who")]
    round_robin: bool,

    /// The kernel: linux, exact as Linux is; or posix, where capacities and short counts are left to chance
    #[arg(long, value_name = "KERNEL", default_value = "linux", value_parser = parse_profile)]
    profile: Profile,

    /// Make each access to shared memory a step: for programs that use it without a lock
    #[arg(long, conflicts_with = "schedule")]
    fine: bool,

    /// With --seed, kill so many processes at moments that chance decides; never the first one
    #[arg(long, value_name = "K", default_value_t = 0, requires = "seed")]
    kills: u32,

    #[command(flatten)]
    exports: Exports,

    /// Print a table of all steps, each in one sentence, after the run
    #[arg(long)]
    steps: bool,

    /// Print the command that repeats this run, also if it went well
    #[arg(long)]
    replay: bool,

    /// Begin each line of output with the process that printed it
    #[arg(long)]
    label: bool,

    /// Print nothing of what the program prints, and nothing about a run that ends well
    #[arg(long, short)]
    quiet: bool,

    /// What the program is given as arguments
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

pub(crate) fn parse_profile(text: &str) -> Result<Profile, String> {
    match text {
        "linux" => Ok(Profile::Linux),
        "posix" => Ok(Profile::Posix),
        other => Err(format!("there is no kernel {other}: say linux or posix")),
    }
}

impl Arguments {
    pub(crate) fn execute(&self) -> ExitCode {
        ending::exit(self.run())
    }

    fn run(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        self.exports.check()?;
        let program = Program::load(&self.program)?;
        let mut driver = Driver::new(&program, self.settings(&program.name));
        if let Some(seed) = self.seed.filter(|_| self.kills > 0) {
            self.plan_kills(&mut driver, seed)?;
        }
        let mut printer = Printer::default()
            .label(self.label)
            .quiet(self.quiet)
            .no_stdout(self.exports.to_stdout());
        let end = driver.drive(|output| printer.print(&output));
        printer.finish();
        let end = end.map_err(ending::cannot_go_on)?;

        for remark in driver.take_remarks() {
            eprintln!("forktalk: {remark}");
        }
        self.exports.write(driver.run().trace())?;
        if self.steps {
            tell_table(driver.run().trace());
        }
        self.report(&driver, end);
        Ok(ending::exit_code(end))
    }

    /// Sees how long the run is without kills, so that they can fall anywhere in it with the same chance.
    fn plan_kills(&self, driver: &mut Driver, seed: u64) -> Result<(), String> {
        driver.drive(|_| {}).map_err(ending::cannot_go_on)?;
        driver.take_remarks();
        let steps = driver.run().steps();
        driver.run_mut().set_faults(Faults {
            kills: self.kills,
            ..Faults::NONE
        });
        let kills = Faulty::new(Box::new(Random::new())).within(steps);
        driver.reset(seed, Some(Box::new(kills)));
        Ok(())
    }

    fn settings(&self, name: &str) -> Settings {
        let strategy: Box<dyn Strategy + Send> = match (&self.schedule, self.seed) {
            (Some(schedule), _) => strategy::replaying(schedule),
            (None, Some(_)) => Box::new(Random::new()),
            (None, None) if self.round_robin => Box::new(RoundRobin),
            (None, None) => Box::new(strategy::Default),
        };
        let (profile, stepping, seed) = match &self.schedule {
            Some(schedule) => (schedule.profile, schedule.stepping, schedule.seed),
            None => (self.profile, self.stepping(), self.seed.unwrap_or(0)),
        };
        let own_name = std::iter::once(name.to_owned());
        Settings {
            kernel: Config {
                profile,
                stepping,
                seed,
                arguments: own_name.chain(self.arguments.iter().cloned()).collect(),
                ..Config::default()
            },
            strategy,
            record: self.exports.any() || self.steps,
        }
    }

    fn stepping(&self) -> Stepping {
        match self.fine {
            true => Stepping::Fine,
            false => Stepping::Coarse,
        }
    }

    /// What is to be said after a run: nothing, if it went well and nobody asked.
    fn report(&self, driver: &Driver, end: End) {
        ending::explain(driver.run(), end);
        if let Some(divergence) = driver.run().divergence() {
            eprintln!("forktalk: {divergence}");
        }
        if self.replay || (!ending::is_good(end) && !self.quiet) {
            eprintln!("This run again: {}", self.replay_command(driver));
        }
    }

    /// The command, to be pasted into a shell.
    fn replay_command(&self, driver: &Driver) -> String {
        let mut words = vec!["run".to_owned()];
        let schedule = driver.run().schedule();
        match self.seed {
            // Shorter than what chance chose, and the same.
            Some(seed) => self.chances(seed, &mut words),
            None => words.push(format!("--schedule {schedule}")),
        }
        pasted::command(&words, &self.program, &self.arguments)
    }

    /// The options by which chance decides the same again.
    fn chances(&self, seed: u64, words: &mut Vec<String>) {
        if self.profile != Profile::default() {
            words.push(format!("--profile {}", profile_name(self.profile)));
        }
        if self.fine {
            words.push("--fine".to_owned());
        }
        words.push(format!("--seed {seed}"));
        if self.kills > 0 {
            words.push(format!("--kills {}", self.kills));
        }
    }
}
