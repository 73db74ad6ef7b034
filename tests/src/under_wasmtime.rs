//! Runs a program simulated under wasmtime, by the command `forktalk`.

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use forktalk_programs::Program;

use crate::{Status, built, observed, run};

/// What the command answers for a deadlock.
const DEADLOCK: i32 = 75;

/// The longest program takes some seconds in a simulator that is optimized.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs `program` with `seed`, or by the default policy, on the kernel `profile`; answers the trace.
///
/// # Errors
///
/// What was waited for, or what the command said; and the command, to be run by hand.
pub fn trace_under_wasmtime(
    program: &Program,
    seed: Option<u64>,
    profile: &str,
) -> Result<String, String> {
    let file = trace_file();
    let mut command = Command::new(built("FORKTALK_COMMAND", "wasmtime"));
    command.arg("run").arg(built("FORKTALK_GUESTS", "wasmtime"));
    command.args(["--profile", profile]);
    if let Some(seed) = seed {
        command.args(["--seed", &seed.to_string()]);
    }
    command.arg("--quiet").arg("--trace").arg(&file);
    command.args(["--", program.path]);

    let ended = run(&mut command, DEADLINE)
        .map_err(|overdue| format!("{command:?}\nits end was waited for, but {overdue}"))?;
    let trace = fs::read_to_string(&file).map_err(|error| {
        format!(
            "{command:?}\nwrote no trace ({error}) and ended with {}: {}",
            ended.status, ended.stderr
        )
    })?;
    // One that is left behind would only lie in the way.
    let _ = fs::remove_file(&file);
    let simulated = observed(&trace).map_err(|error| format!("{command:?}\n{error}"))?;
    if ended.status != Status::Exited(exit_code(simulated.status)) {
        return Err(format!(
            "{command:?}\nsimulated {}, and itself ended with {}",
            simulated.status, ended.status
        ));
    }
    Ok(trace)
}

/// How the command tells by its own exit code how the run ended.
fn exit_code(status: Status) -> i32 {
    match status {
        Status::Exited(code) => code,
        Status::Signaled(signal) => 128 + signal,
        Status::Deadlocked => DEADLOCK,
    }
}

/// A name of its own for each run: tests run side by side.
fn trace_file() -> PathBuf {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("forktalk-{}-{run}.jsonl", process::id()))
}
