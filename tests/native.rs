//! The shared suite on a real Unix: each program in a process group of its own, with a deadline.
//!
//! A descriptor that a program leaves open is found by the program's command, a process that it leaves behind by
//! [`run`]; both are failures.

use std::process::Command;
use std::time::Duration;

use forktalk_programs::{Program, each_program};
use forktalk_suite::{outcomes_of, run, tests_for};

/// One waits ten seconds for nothing, as the tutorial's getter does; the others end within a second or so on a machine
/// that does nothing else.
const DEADLINE: Duration = Duration::from_secs(20);

each_program!(tests_for, Native, check);

fn check(program: &Program) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_run-program"));
    let seen = match run(command.arg(program.path), DEADLINE) {
        Ok(seen) => seen,
        Err(overdue) => panic!("{}: {overdue}", program.path),
    };
    if let Err(report) = outcomes_of(program).check(&seen) {
        panic!("{report}");
    }
}
