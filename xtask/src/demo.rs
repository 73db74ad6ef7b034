//! `cargo xtask demo`: the tutorial's program in three acts, for who sees forktalk for the first time.
//!
//! All that it shows is what the programs printed; all that it says of them it has checked.

mod show;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{Captured, capture, cargo, command};
use crate::{guests, house, progress};

/// No part of the demo takes as long, on any machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// The program that all three acts run, and its variations.
const TUTORIAL: &str = "pipe/thousand_integers";
const MEMORY: &str = "process/statics_not_shared";
const FORGOTTEN: &str = "pipe/forgotten_close";

const SEEDS: [u64; 2] = [1, 2];

/// What the simulator answers for a deadlock.
const DEADLOCK: i32 = 75;

/// What was built for the demo.
struct Built {
    /// The suite's programs, for this machine.
    programs: PathBuf,
    /// The command `forktalk`, which simulates.
    forktalk: PathBuf,
    /// The same programs, as a module for it.
    module: PathBuf,
}

pub(crate) fn demo() -> Result<()> {
    println!(
        "forktalk lets Unix processes talk. This demo runs a small program for real, then in a simulator.\n"
    );
    let built = build()?;
    with_real_processes(&built).context("the program with real processes")?;
    simulated(&built).context("the program in the simulator")?;
    memory_of_their_own(&built).context("the program about memory, in the simulator")?;
    forgotten_close(&built).context("the program with a mistake, in the simulator")?;
    show::title("See it step by step");
    println!("In a page you can watch these runs, forwards and backwards. To build and open it:\n");
    println!("    cargo xtask web");
    Ok(())
}

fn build() -> Result<Built> {
    println!(
        "First all is built. The first time that takes some minutes; most of it is the simulator's compiler."
    );
    let mut native = cargo("build");
    native.args([
        "--release",
        "--package",
        "forktalk-host",
        "--package",
        "forktalk-programs",
    ]);
    progress::build(
        "Building the simulator, and the programs for this machine",
        &mut native,
    )?;
    Ok(Built {
        programs: house::built("release", "programs"),
        forktalk: house::built("release", "forktalk"),
        module: guests::build()?,
    })
}

fn with_real_processes(built: &Built) -> Result<()> {
    show::title("1. With real processes");
    println!(
        "A parent sends the numbers 0 to 999 down a pipe to its child, made by fork; the child prints each, until \
         the pipe ends.\nIts source: {}",
        source(TUTORIAL)
    );
    let mut run = command(&built.programs);
    run.arg(TUTORIAL);
    let ran = capture(&mut run, DEADLINE)?;
    show::command(&run);
    show::shortened(&ran.stdout, 3, 3);
    check_tutorial(&ran)?;
    println!("All 1000 arrived, in order.");
    Ok(())
}

fn simulated(built: &Built) -> Result<()> {
    show::title("2. The same source, simulated");
    println!(
        "Now both processes are simulated: each is a WebAssembly instance with a memory of its own, and a simulated \
         Unix answers their system calls. A seed decides who goes on at each step: the same seed, the same run."
    );
    let mut turns = Vec::new();
    for seed in SEEDS {
        let trace = house::target().join(format!("demo-seed-{seed}.jsonl"));
        let mut run = built.simulate();
        run.args(["--seed", &seed.to_string(), "--trace"])
            .arg(&trace);
        run.args(["--", TUTORIAL]);
        let ran = capture(&mut run, DEADLINE)?;
        show::command(&run);
        show::shortened(&ran.stdout, 1, 2);
        check_tutorial(&ran)?;
        let order = show::Order::read(&trace)?;
        println!("All 1000 arrived, in order. {order}");
        turns.push(order);
    }
    ensure!(turns[0] != turns[1], "both seeds made the same choices");
    println!("Two seeds, two orders of steps, and the same result: as it should be.");
    Ok(())
}

fn memory_of_their_own(built: &Built) -> Result<()> {
    println!(
        "\nThe memory is each process's own: here two children add 5 to a variable that is 10, and their parent \
         looks at it.\nIts source: {}",
        source(MEMORY)
    );
    for seed in SEEDS {
        let mut run = built.simulate();
        run.args(["--seed", &seed.to_string(), "--", MEMORY]);
        let ran = capture(&mut run, DEADLINE)?;
        show::command(&run);
        show::shortened(&ran.stdout, 10, 0);
        ensure!(ran.status.success(), "it ended with {}", ran.status);
        let lines: Vec<&str> = ran.stdout.lines().collect();
        let expected = [
            "first child: 10, then 15",
            "parent: 10",
            "second child: 10, then 15",
            "parent: 10",
        ];
        ensure!(lines == expected, "it should have printed {expected:?}");
    }
    println!("Each child counted up its own copy; the parent's is as it was.");
    Ok(())
}

fn forgotten_close(built: &Built) -> Result<()> {
    show::title("3. One forgotten close");
    println!(
        "The most common mistake with pipes: the child does not close its copy of the writing end. With real \
         processes this hangs without a word, so it runs only in the simulator, which says what happened.\n\
         Its source: {}",
        source(FORGOTTEN)
    );
    let mut run = built.simulate();
    run.args(["--", FORGOTTEN]);
    let ran = capture(&mut run, DEADLINE)?;
    show::command(&run);
    show::shortened(&ran.stdout, 10, 0);
    show::shortened(&ran.stderr, 100, 0);
    ensure!(
        ran.status.code() == Some(DEADLOCK),
        "it should have ended as a deadlock"
    );
    for word in ["deadlock", "forgotten_close.rs", "fork"] {
        ensure!(
            ran.stderr.to_lowercase().contains(word),
            "its explanation should speak of {word:?}"
        );
    }
    Ok(())
}

impl Built {
    /// The simulator's command, up to the module.
    fn simulate(&self) -> Command {
        let mut run = command(&self.forktalk);
        run.arg("run").arg(&self.module);
        run
    }
}

/// The numbers, and then the parent's last word.
fn check_tutorial(ran: &Captured) -> Result<()> {
    if !ran.status.success() {
        bail!("it ended with {}: {}", ran.status, ran.stderr);
    }
    let mut expected: Vec<String> = (0..1000).map(|n: u32| n.to_string()).collect();
    expected.push("the main process ended too".to_owned());
    ensure!(
        ran.stdout.lines().eq(expected.iter().map(String::as_str)),
        "it should have printed 0 to 999, then: {}",
        expected[1000]
    );
    Ok(())
}

fn source(program: &str) -> String {
    format!("tests/programs/src/{program}.rs")
}
