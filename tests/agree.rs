//! What must be equal between hosts.
//!
//! The two hosts that simulate give the same trace, byte for byte, for the same program and seed. And the simulation
//! leaves nothing out: an outcome that a real Unix brought about is one that some seed brings about too.

use std::collections::{BTreeSet, HashMap};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use forktalk_programs::{Host, PROGRAMS, Program};
use forktalk_suite::{Run, observed, outcomes_of, run, trace_under_wasmtime, traces_in_chromium};

/// With these, both simulating hosts run everything.
const SEEDS: [Option<u64>; 4] = [None, Some(1), Some(2), Some(3)];

/// With these, the simulation shows what it can bring about.
const SIMULATED_SEEDS: u64 = 20;

/// How often each program runs natively: what happens seldom may take a while to happen.
const NATIVE_RUNS: usize = 3;

const NATIVE_DEADLINE: Duration = Duration::from_secs(20);

static IN_CHROMIUM: LazyLock<HashMap<Run, Result<String, String>>> =
    LazyLock::new(|| traces_in_chromium(&simulated_on(Host::Browser), &SEEDS, "agree"));

fn simulated_on(host: Host) -> Vec<&'static Program> {
    PROGRAMS
        .iter()
        .filter(|program| program.skipped(host).is_none())
        .collect()
}

#[test]
fn wasmtime_and_chromium_give_the_same_trace_byte_for_byte() {
    let both: Vec<_> = simulated_on(Host::Browser)
        .into_iter()
        .filter(|program| program.skipped(Host::Wasmtime).is_none())
        .collect();
    assert!(!both.is_empty());
    let differences: Vec<String> = both
        .iter()
        .flat_map(|program| SEEDS.map(|seed| (*program, seed)))
        .filter_map(|(program, seed)| {
            let difference = difference(program, seed)?;
            Some(format!("{} with seed {seed:?}: {difference}", program.path))
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

/// Where the two traces part, with both lines.
fn difference(program: &Program, seed: Option<u64>) -> Option<String> {
    let under_wasmtime = match trace_under_wasmtime(program, seed, "linux") {
        Ok(trace) => trace,
        Err(error) => return Some(error),
    };
    let in_chromium = match &IN_CHROMIUM[&(program.path, seed)] {
        Ok(trace) => trace,
        Err(error) => return Some(format!("in Chromium: {error}")),
    };
    if under_wasmtime == *in_chromium {
        return None;
    }
    let mut lines = under_wasmtime.lines().zip(in_chromium.lines()).enumerate();
    Some(match lines.find(|(_, (one, other))| one != other) {
        Some((index, (one, other))) => {
            format!(
                "line {} differs\nwasmtime: {one}\nChromium: {other}",
                index + 1
            )
        }
        None => format!(
            "one is a part of the other: {} lines under wasmtime, {} in Chromium",
            under_wasmtime.lines().count(),
            in_chromium.lines().count()
        ),
    })
}

#[test]
fn what_a_real_unix_brings_about_the_simulation_brings_about_too() {
    let mut missing = Vec::new();
    for program in simulated_on(Host::Native) {
        if program.skipped(Host::Wasmtime).is_some() {
            continue;
        }
        for outcome in never_simulated(program, native_outcomes(program)) {
            missing.push(format!(
                "{}: outcome {} came about natively, and with no seed of the simulation",
                program.path,
                outcome + 1
            ));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Which of the allowed outcomes real runs have, counted from 0.
fn native_outcomes(program: &Program) -> BTreeSet<usize> {
    let outcomes = outcomes_of(program);
    (0..NATIVE_RUNS)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_run-program"));
            let seen = run(command.arg(program.path), NATIVE_DEADLINE)
                .unwrap_or_else(|overdue| panic!("{}: {overdue}", program.path));
            outcomes
                .which(&seen)
                .unwrap_or_else(|| panic!("{:?}", outcomes.check(&seen)))
        })
        .collect()
}

/// Those of these outcomes that no seed brings about; seeds are tried until none is left.
fn never_simulated(program: &Program, mut wanted: BTreeSet<usize>) -> BTreeSet<usize> {
    let outcomes = outcomes_of(program);
    for seed in std::iter::once(None).chain((1..=SIMULATED_SEEDS).map(Some)) {
        if wanted.is_empty() {
            break;
        }
        let trace =
            trace_under_wasmtime(program, seed, "linux").unwrap_or_else(|error| panic!("{error}"));
        let seen = observed(&trace).unwrap_or_else(|error| panic!("{}: {error}", program.path));
        if let Some(outcome) = outcomes.which(&seen) {
            wanted.remove(&outcome);
        }
    }
    wanted
}
