//! How a run is ended with: the exit status of the command, and what it says of an end that is no good one.

use std::process::ExitCode;

use forktalk_abi::ExitStatus;
use forktalk_explore::{End, Run};

/// The exit status of a run that ends in a deadlock.
const DEADLOCK: u8 = 75;
/// The exit status of a run that meets the limit of steps.
const LIMIT: u8 = 76;
/// The exit status when the program cannot be run at all.
pub(crate) const CANNOT: u8 = 2;

/// The exit status of what was asked for, or, if it could not be done, the reason on standard error.
pub(crate) fn exit(result: Result<ExitCode, Box<dyn std::error::Error>>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("forktalk: {error}");
        ExitCode::from(CANNOT)
    })
}

/// The host failed a run.
pub(crate) fn cannot_go_on(error: wasmtime::Error) -> String {
    format!("the host could not go on: {error:#}")
}

/// The exit status that tells an end.
pub(crate) fn exit_code(end: End) -> ExitCode {
    match end {
        End::Finished(ExitStatus::Exited(code)) => ExitCode::from(code as u8),
        End::Finished(ExitStatus::Signaled(signal)) => ExitCode::from(128 + signal.0 as u8),
        End::Deadlock => ExitCode::from(DEADLOCK),
        End::Limit => ExitCode::from(LIMIT),
    }
}

/// Whether the root process ended as it should.
pub(crate) fn is_good(end: End) -> bool {
    matches!(end, End::Finished(status) if status.success())
}

/// Says what went wrong, on standard error: nothing, if it went well.
pub(crate) fn explain(run: &Run, end: End) {
    eprint!("{}", explanation(run, end));
}

/// What went wrong, in lines: none, if it went well.
pub(crate) fn explanation(run: &Run, end: End) -> String {
    let mut text = String::new();
    if let Some(deadlock) = run.explain() {
        text += "DEADLOCK: nobody can go on.\n";
        for line in deadlock.lines() {
            text += &format!("  {}\n", line.en);
        }
    }
    match end {
        End::Finished(status) if !is_good(end) => {
            text += &format!("The root process ended: {status}.\n");
        }
        End::Limit => {
            text += &format!(
                "The run was ended after {} steps: a program that takes more may never end.\n",
                run.steps()
            );
        }
        _ => {}
    }
    text
}
