//! `cargo xtask storm`: the queue while its users are killed: natively under load, or at every step in the simulator.

use anyhow::Result;

use crate::command::{cargo, command, run};
use crate::{guests, house, progress};

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
    /// In the simulator instead, each access to memory a step: so many runs
    #[arg(long, value_name = "RUNS", num_args = 0..=1, default_missing_value = "200000")]
    simulated: Option<u64>,
}

pub(crate) fn storm(arguments: &Arguments) -> Result<()> {
    if let Some(trials) = arguments.cpython {
        let script = house::root().join("tests/storm/cpython.py");
        let trials = format!("--trials={trials}");
        return run(command("python3").arg(script).arg(trials));
    }
    if let Some(runs) = arguments.simulated {
        return simulated(runs, arguments.seed);
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

/// Kills at every step, in the simulator.
pub(crate) fn simulated(runs: u64, seed: Option<u64>) -> Result<()> {
    let module = guests::build_under_kills()?;
    let mut build = cargo("build");
    build.args(["--release", "--package", "forktalk-kills"]);
    progress::build("Building the simulator", &mut build)?;
    let mut kills = command(house::built("release", "forktalk-kills"));
    kills.arg(module).arg(format!("--runs={runs}"));
    if let Some(seed) = seed {
        kills.arg(format!("--seed={seed}"));
    }
    run(&mut kills)
}

fn ours() -> std::process::Command {
    let mut cargo = cargo("run");
    cargo.args(["--quiet", "--release", "--package", "forktalk-storm", "--"]);
    cargo
}
