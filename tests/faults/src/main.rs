//! The shared suite, simulated, under the faults that forktalk hides: signals interrupt its calls, and reads and writes
//! are cut short. No program may notice: each run ends as the program's outcomes say.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Parser;
use forktalk_explore::strategy::{Faulty, Random};
use forktalk_explore::{End, Faults, Settings};
use forktalk_host::{Driver, Program};
use forktalk_kernel::{Config, Stream};
use forktalk_programs::{Host, PROGRAMS};
use forktalk_suite::{Observed, Status, outcomes_of};

/// The shared suite under the faults that forktalk hides
#[derive(Parser)]
struct Arguments {
    /// The suite's programs, built for wasm32-wasip1
    programs: PathBuf,
    /// Runs of each program
    #[arg(long, default_value_t = 12)]
    runs: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let module = Program::load(&arguments.programs)
        .with_context(|| format!("cannot load {}", arguments.programs.display()))?;
    let next = AtomicUsize::new(0);
    let work = || -> Result<Faults> {
        let mut all = Faults::NONE;
        while let Some(program) = PROGRAMS.get(next.fetch_add(1, Ordering::Relaxed)) {
            if program.skipped(Host::Wasmtime).is_none() {
                let used = under_faults(&module, program, &arguments)?;
                all.interrupts += used.interrupts;
                all.shorts += used.shorts;
            }
        }
        Ok(all)
    };
    let jobs = thread::available_parallelism().map_or(1, |jobs| jobs.get());
    let (mut interrupts, mut shorts) = (0, 0);
    thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let used = worker.join().map_err(|_| anyhow!("a worker panicked"))??;
            interrupts += used.interrupts;
            shorts += used.shorts;
        }
        Ok(())
    })?;
    println!("{interrupts} calls interrupted and {shorts} transfers cut short: nobody noticed");
    ensure!(interrupts > 0 && shorts > 0, "some faults never struck");
    Ok(())
}

/// Runs a program with faults; answers how many struck.
fn under_faults(
    module: &Arc<Program>,
    program: &forktalk_programs::Program,
    arguments: &Arguments,
) -> Result<Faults> {
    let outcomes = outcomes_of(program);
    let settings = Settings {
        kernel: Config {
            arguments: [&module.name, program.path].map(str::to_owned).to_vec(),
            ..Config::default()
        },
        strategy: Box::new(Random::new()),
        record: false,
    };
    let mut driver = Driver::new(module, settings);
    observed(&mut driver)?;
    let length = driver.run().steps();
    let mut all = Faults::NONE;
    for seed in arguments.seed..arguments.seed + arguments.runs {
        // A few, and as many as there are steps.
        let count = match seed % 3 {
            0 => Faults::UNLIMITED,
            few => 4 * few as u32,
        };
        driver.run_mut().set_faults(Faults {
            interrupts: count,
            shorts: count,
            ..Faults::NONE
        });
        let strategy = Faulty::new(Box::new(Random::new())).within(length);
        driver.reset(seed, Some(Box::new(strategy)));
        let seen = observed(&mut driver)?;
        if let Err(report) = outcomes.check(&seen) {
            let schedule = driver.run().schedule();
            bail!(
                "{report}\nagain: forktalk run {} --schedule {schedule} -- {}",
                arguments.programs.display(),
                program.path
            );
        }
        let used = driver.run().faults_used();
        all.interrupts += used.interrupts;
        all.shorts += used.shorts;
    }
    Ok(all)
}

fn observed(driver: &mut Driver) -> Result<Observed> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let driven = driver.drive(|output| match output.stream {
        Stream::Stdout => stdout.extend(output.bytes),
        Stream::Stderr => stderr.extend(output.bytes),
    });
    let status = match driven.map_err(|error| anyhow!("{error:#}"))? {
        End::Deadlock => Status::Deadlocked,
        End::Limit => bail!("a run takes too many steps"),
        End::Finished(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Status::Exited(code),
            (None, signal) => Status::Signaled(signal.map_or(0, |signal| signal.0)),
        },
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Observed {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}
