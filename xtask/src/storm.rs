//! `cargo xtask storm`: the queue under load, natively, while its users are killed.

use anyhow::Result;

use crate::command::{cargo, command, run};
use crate::house;

/// What `cargo xtask storm` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many processes are killed
    #[arg(long, default_value_t = 10_000)]
    kills: u32,
    /// For what is drawn at random; drawn itself if not said
    #[arg(long)]
    seed: Option<u64>,
    /// The same over CPython's Queue instead, for comparison: so many trials, each of one kill
    #[arg(long, value_name = "TRIALS", num_args = 0..=1, default_missing_value = "30")]
    cpython: Option<u32>,
}

pub(crate) fn storm(arguments: &Arguments) -> Result<()> {
    if let Some(trials) = arguments.cpython {
        let script = house::root().join("tests/storm/cpython.py");
        let trials = format!("--trials={trials}");
        return run(command("python3").arg(script).arg(trials));
    }
    let mut kills = ours();
    kills.args(["kills", &format!("--kills={}", arguments.kills)]);
    if let Some(seed) = arguments.seed {
        kills.arg(format!("--seed={seed}"));
    }
    run(&mut kills)
}

/// Of the whole suite: a shorter storm, and the check of a history.
pub(crate) fn of_the_suite() -> Result<()> {
    run(ours().args(["kills", "--kills=500"]))?;
    run(ours().arg("history"))
}

fn ours() -> std::process::Command {
    let mut cargo = cargo("run");
    cargo.args(["--quiet", "--release", "--package", "forktalk-storm", "--"]);
    cargo
}
