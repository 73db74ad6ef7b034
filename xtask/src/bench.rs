//! `cargo xtask bench`: measures speed, in optimized builds.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::guests;

/// What `cargo xtask bench` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure
    subject: Subject,
    /// One JSON object a line instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// Pipes and processes natively, beside bare pipe(2), CPython and ipc-channel
    Pipe,
    /// The simulator: a system call, a switch, a whole run
    Sim,
}

pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    let mut measure = cargo("run");
    measure.args(["--quiet", "--release"]);
    match arguments.subject {
        Subject::Pipe => measure.args(["--package", "forktalk-bench", "--", "pipe"]),
        Subject::Sim => {
            measure.env("FORKTALK_TUTORIAL", guests::build_tutorial()?);
            measure.args(["--package", "forktalk-host", "--example", "bench", "--"])
        }
    };
    if arguments.json {
        measure.arg("--json");
    }
    run(&mut measure)
}
