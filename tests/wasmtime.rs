//! The shared suite, simulated under wasmtime: each program on the exact kernel by the default policy and with 20 seeds, and
//! on the one that leaves to chance what POSIX leaves open.

use forktalk_programs::{Program, each_program};
use forktalk_suite::{observed, outcomes_of, step_of_no_program, tests_for, trace_under_wasmtime};

const SEEDS: u64 = 20;
const POSIX_SEEDS: u64 = 5;

each_program!(tests_for, Wasmtime, check);

fn check(program: &'static Program) {
    let outcomes = outcomes_of(program);
    let exact = std::iter::once(None).chain((1..=SEEDS).map(Some));
    let exact = exact.map(|seed| ("linux", seed));
    let loose = (1..=POSIX_SEEDS).map(|seed| ("posix", Some(seed)));
    for (profile, seed) in exact.chain(loose) {
        let verdict = trace_under_wasmtime(program, seed, profile).and_then(|trace| {
            if seed.is_none() {
                places_are_the_program_s(&trace)?;
            }
            outcomes.check(&observed(&trace)?)
        });
        if let Err(report) = verdict {
            panic!("{}", again(program, profile, seed, &report));
        }
    }
}

fn places_are_the_program_s(trace: &str) -> Result<(), String> {
    match step_of_no_program(trace)? {
        None => Ok(()),
        Some(step) => Err(format!(
            "a step comes from a line that is not the program's: {step}"
        )),
    }
}

/// The report, with the command that shows the run again.
fn again(program: &Program, profile: &str, seed: Option<u64>, report: &str) -> String {
    let seed = seed
        .map(|seed| format!(" --seed {seed}"))
        .unwrap_or_default();
    format!(
        "{report}\nagain: forktalk run target/guests/wasm32-wasip1/release/programs.wasm --profile {profile}{seed} -- {}",
        program.path
    )
}
