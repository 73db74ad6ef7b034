//! `cargo xtask bench`: measures speed, in optimized builds.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cargo, run};
use crate::{guests, house, progress};

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
    /// Explorations: runs a second, runs and time to the first that fails, time to exhaust; beside the crate shuttle
    Explore,
}

pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    let mut measure = cargo("run");
    measure.args(["--quiet", "--release"]);
    match arguments.subject {
        Subject::Pipe => measure.args(["--package", "forktalk-bench", "--", "pipe"]),
        Subject::Queue => {
            measure.args(["--package", "forktalk-bench", "--", "queue"]);
            measure.args(option("iceoryx2", build_apart("iceoryx2")))
        }
        Subject::Sim => {
            measure.env("FORKTALK_TUTORIAL", guests::build_tutorial()?);
            measure.args(["--package", "forktalk-host", "--example", "bench", "--"])
        }
        Subject::Explore => {
            let tutorial = guests::build_tutorial()?;
            let [gallery, calls] = guests::build_gallery()?;
            let mut build = cargo("build");
            build.args(["--release", "--package", "forktalk-bench-explore"]);
            progress::build("Building what measures our explorations", &mut build)?;
            let forktalk = house::built("release", "forktalk-bench-explore");
            measure.args(["--package", "forktalk-bench", "--", "explore"]);
            measure.args(option("forktalk", Some(forktalk)));
            measure.args(option("tutorial", Some(tutorial)));
            measure.args(option("gallery", Some(gallery)));
            measure.args(option("calls", Some(calls)));
            measure.args(option("shuttle", build_apart("shuttle")))
        }
    };
    if arguments.json {
        measure.arg("--json");
    }
    run(measure.args(&arguments.more))
}

/// An option that names a file, if there is one.
fn option(name: &str, file: Option<PathBuf>) -> Option<OsString> {
    let mut option = OsString::from(format!("--{name}="));
    option.push(file?);
    Some(option)
}

/// Builds what measures one of the others, a workspace of its own with a lock file of its own; says why if that fails, and
/// the rest is measured all the same.
fn build_apart(who: &str) -> Option<PathBuf> {
    let target = house::target().join(who);
    let mut build = cargo("build");
    build.args(["--quiet", "--release", "--locked"]);
    build.args(["--manifest-path", &format!("bench/{who}/Cargo.toml")]);
    build.arg("--target-dir").arg(&target);
    run(&mut build)
        .inspect_err(|error| eprintln!("{who} is not measured: {error:#}"))
        .ok()?;
    let program = format!("forktalk-bench-{who}{}", env::consts::EXE_SUFFIX);
    Some(target.join("release").join(program))
}
