//! `cargo xtask bench`: measures speed, in optimized builds.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cargo, run};
use crate::{guests, house};

/// What `cargo xtask bench` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure
    subject: Subject,
    /// One JSON object a line instead of a table
    #[arg(long)]
    json: bool,
    /// More for the one who measures, as `--runs 3 --case u64`; `cargo xtask bench queue -- --help` lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    more: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// Pipes and processes natively, beside bare pipe(2), CPython and ipc-channel
    Pipe,
    /// Queues, beside CPython, ipc-channel, iceoryx2, crossbeam-channel and a bare ring; also draws (`--plot FILE`)
    Queue,
    /// The simulator: a system call, a switch, a whole run
    Sim,
}

pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    let mut measure = cargo("run");
    measure.args(["--quiet", "--release"]);
    match arguments.subject {
        Subject::Pipe => measure.args(["--package", "forktalk-bench", "--", "pipe"]),
        Subject::Queue => {
            let iceoryx2 = build_iceoryx2();
            measure.args(["--package", "forktalk-bench", "--", "queue"]);
            measure.args(iceoryx2.map(|program| format!("--iceoryx2={}", program.display())))
        }
        Subject::Sim => {
            measure.env("FORKTALK_TUTORIAL", guests::build_tutorial()?);
            measure.args(["--package", "forktalk-host", "--example", "bench", "--"])
        }
    };
    if arguments.json {
        measure.arg("--json");
    }
    run(measure.args(&arguments.more))
}

/// Builds what measures iceoryx2, a workspace of its own with a lock file of its own; says why if that fails, and the
/// others are measured all the same.
fn build_iceoryx2() -> Option<PathBuf> {
    let target = house::target().join("iceoryx2");
    let mut build = cargo("build");
    build.args(["--quiet", "--release", "--locked"]);
    build.args(["--manifest-path", "bench/iceoryx2/Cargo.toml"]);
    build.arg("--target-dir").arg(&target);
    run(&mut build)
        .inspect_err(|error| eprintln!("iceoryx2 is not measured: {error:#}"))
        .ok()?;
    let program = format!("forktalk-bench-iceoryx2{}", env::consts::EXE_SUFFIX);
    Some(target.join("release").join(program))
}
