//! The queue, proven for few users and few items: every order of their accesses to its memory, and each of them killed at
//! each of them. Nobody hangs, nothing is lost but with a killed getter, and nothing is got twice or out of order.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use forktalk_explore::search::{EveryFault, EveryState, Search};
use forktalk_explore::{Exploration, Faults, Outcome, Over};
use forktalk_host::{Job, Program};
use forktalk_kernel::{Config, Stepping};

/// What is tried. `docs/queue-proof.md` has more, which takes too long for a test.
const CASES: [Case; 10] = [
    Case::of([1, 1, 1, 1], 1).with_behaviours(),
    Case::of([1, 1, 2, 2], 0).with_behaviours(),
    Case::of([1, 1, 2, 2], 1).with_behaviours(),
    Case::of([1, 1, 2, 1], 0).with_behaviours(),
    Case::of([1, 1, 2, 1], 1),
    Case::of([2, 1, 1, 2], 0).with_behaviours(),
    Case::of([2, 1, 1, 2], 1),
    Case::of([2, 1, 1, 1], 1),
    Case::of([1, 2, 1, 1], 1),
    Case::of([1, 2, 2, 2], 0),
];

/// What is said to have been seen. A search that leaves something out, or tells states apart that are the same, has other
/// numbers; so has a queue that was changed.
const TOLD: &str = include_str!("../../../docs/queue-proof.md");

/// No case takes more runs.
const MOST: u64 = 200_000;

/// Users of a queue.
struct Case {
    /// How many put and get, how many items each who puts does, and how many the queue holds.
    arguments: [u8; 4],
    /// How many of them are killed at most.
    kills: u32,
    /// There are few enough behaviours to see each of them, beside each state.
    behaviours: bool,
}

impl Case {
    const fn of(arguments: [u8; 4], kills: u32) -> Case {
        Case {
            arguments,
            kills,
            behaviours: false,
        }
    }

    const fn with_behaviours(self) -> Case {
        Case {
            behaviours: true,
            ..self
        }
    }
}

pub(crate) fn prove(program: &Arc<Program>) -> Result<()> {
    println!("the queue, each access to its memory a step");
    println!(
        "{:>8}{:>8}{:>7}{:>10}{:>7}{:>10}{:>9}{:>12}{:>9}{:>10}",
        "putters",
        "getters",
        "items",
        "capacity",
        "kills",
        "states",
        "in runs",
        "behaviours",
        "in runs",
        "outcomes"
    );
    for case in &CASES {
        let [putters, getters, items, capacity] = case.arguments;
        let row = prove_case(program, case)
            .with_context(|| format!("{putters} putters, {getters} getters"))?;
        println!(
            "{putters:>8}{getters:>8}{items:>7}{capacity:>10}{:>7}{row}",
            case.kills
        );
    }
    println!("every state was seen, and no run fails");
    Ok(())
}

/// Sees every state, and every behaviour if there are few: they come to the same, and are as many as is told.
fn prove_case(program: &Arc<Program>, case: &Case) -> Result<String> {
    let job = job(program, case);
    let by_state = explore(
        &job,
        Box::new(EveryState::new(job.kernel.clone(), job.faults)),
    )?;
    let states = by_state.states().context("it tells states apart")?;
    let mut row = format!("{states:>10}{:>9}", by_state.runs());
    let mut behaviours = String::new();
    if case.behaviours {
        let search = EveryFault::new(job.kernel.clone(), job.faults);
        let seen = explore(&job, Box::new(search))?;
        ensure!(
            outcomes(&seen) == outcomes(&by_state),
            "states and behaviours come to other outcomes: {:?}, {:?}",
            outcomes(&by_state),
            outcomes(&seen)
        );
        row += &format!("{:>12}{:>9}", seen.behaviours(), seen.runs());
        behaviours = with_commas(seen.behaviours());
    } else {
        row += &format!("{:>12}{:>9}", "", "");
    }
    let [putters, getters, items, capacity] = case.arguments;
    let told = format!(
        "| {putters} | {getters} | {items} | {capacity} | {} | {} | {} | {behaviours} |",
        case.kills,
        with_commas(states),
        with_commas(by_state.runs())
    );
    ensure!(
        TOLD.lines().any(|line| line == told),
        "docs/queue-proof.md does not tell what was seen: {told}"
    );
    Ok(row + &format!("{:>10}", by_state.found().len()))
}

/// As people write numbers: 1,257.
fn with_commas(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", with_commas(number / 1000), number % 1000),
    }
}

fn job(program: &Arc<Program>, case: &Case) -> Job {
    let words = case.arguments.iter().map(u8::to_string);
    let command = [program.name.clone(), "queue/killed_at_any_call".to_owned()];
    Job {
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
    }
}

/// All that a search sees, none of which fails.
fn explore(job: &Job, search: Box<dyn Search>) -> Result<Exploration> {
    let seen = crate::explore(job, search, MOST, false)?;
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

fn outcomes(seen: &Exploration) -> HashSet<&Outcome> {
    seen.found().iter().map(|found| &found.outcome).collect()
}
