//! The queue, proven for few users and few items: every order of their accesses to its memory, and each of them killed at
//! each of them. Nobody hangs, nothing is lost but with a killed getter, and nothing is got twice or out of order.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use forktalk_explore::search::EveryFault;
use forktalk_explore::{Exploration, Faults, Over};
use forktalk_host::{Job, Program};
use forktalk_kernel::{Config, Stepping};

/// What is tried. More users or items have too many behaviours for a test; chance goes through those (`cargo xtask storm`).
const CASES: [Case; 4] = [
    Case::of([1, 1, 1, 1], 1),
    Case::of([1, 1, 2, 2], 0),
    Case::of([1, 1, 2, 2], 1),
    Case::of([2, 1, 1, 2], 0),
];

/// No case has more behaviours.
const MOST: u64 = 200_000;

/// Users of a queue.
struct Case {
    /// How many put and get, how many items each who puts does, and how many the queue holds.
    arguments: [u8; 4],
    /// How many of them are killed at most.
    kills: u32,
}

impl Case {
    const fn of(arguments: [u8; 4], kills: u32) -> Case {
        Case { arguments, kills }
    }
}

pub(crate) fn prove(program: &Arc<Program>) -> Result<()> {
    println!("the queue, each access to its memory a step");
    println!(
        "{:>8}{:>8}{:>7}{:>10}{:>7}{:>9}{:>12}{:>10}",
        "putters", "getters", "items", "capacity", "kills", "runs", "behaviours", "outcomes"
    );
    for case in &CASES {
        let [putters, getters, items, capacity] = case.arguments;
        let seen = explore(program, case)
            .with_context(|| format!("{putters} putters, {getters} getters"))?;
        println!(
            "{putters:>8}{getters:>8}{items:>7}{capacity:>10}{:>7}{:>9}{:>12}{:>10}",
            case.kills,
            seen.runs(),
            seen.behaviours(),
            seen.found().len()
        );
    }
    println!("every behaviour was seen, and none fails");
    Ok(())
}

/// All behaviours, none of which fails.
fn explore(program: &Arc<Program>, case: &Case) -> Result<Exploration> {
    let words = case.arguments.iter().map(u8::to_string);
    let command = [program.name.clone(), "queue/killed_at_any_call".to_owned()];
    let job = Job {
        program: Arc::clone(program),
        kernel: Config {
            arguments: command.into_iter().chain(words).collect(),
            stepping: Stepping::Fine,
            ..Config::default()
        },
        faults: Faults {
            kills: case.kills,
            ..Faults::NONE
        },
        step_limit: 10_000,
    };
    let search = EveryFault::new(job.kernel.clone(), job.faults);
    let seen = crate::explore(&job, Box::new(search), MOST, false)?;
    ensure!(
        seen.over() == Some(Over::Exhausted),
        "not exhausted after {} runs",
        seen.runs()
    );
    let failing = seen.found().iter().find(|one| !one.outcome.is_well());
    match failing {
        None => Ok(seen),
        Some(failing) => Err(anyhow!(
            "it fails: {:?}, schedule {}",
            failing.outcome,
            failing.shortest.schedule
        )),
    }
}
