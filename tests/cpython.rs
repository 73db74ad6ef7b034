//! The CPython twins of the shared suite, `tests/python/<path>.py`: the same outcomes, from `multiprocessing`.
//!
//! Where there is no `python3`, nothing is compared, and each test says so.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use forktalk_programs::{Program, each_program};
use forktalk_suite::{outcomes_of, run, tests_for};

/// The slowest twin forks a hundred times.
const DEADLINE: Duration = Duration::from_secs(20);

each_program!(tests_for, Cpython, check);

fn check(program: &Program) {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("not compared: there is no python3 here");
        return;
    }
    let twin = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(program.path)
        .with_extension("py");
    let mut command = Command::new("python3");
    let seen = match run(command.arg(&twin), DEADLINE) {
        Ok(seen) => seen,
        Err(overdue) => panic!("{}: {overdue}", twin.display()),
    };
    if let Err(report) = outcomes_of(program).check(&seen) {
        panic!("{}: {report}", twin.display());
    }
}
