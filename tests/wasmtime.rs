//! The shared suite, simulated under wasmtime: each program by the default policy and with 20 seeds.

use forktalk_programs::{Program, each_program};
use forktalk_suite::{observed, outcomes_of, tests_for, trace_under_wasmtime};

const SEEDS: u64 = 20;

each_program!(tests_for, Wasmtime, check);

fn check(program: &'static Program) {
    let outcomes = outcomes_of(program);
    for seed in std::iter::once(None).chain((1..=SEEDS).map(Some)) {
        let verdict = trace_under_wasmtime(program, seed)
            .and_then(|trace| observed(&trace))
            .and_then(|seen| outcomes.check(&seen));
        if let Err(report) = verdict {
            panic!("{}", with_seed(program, seed, &report));
        }
    }
}

/// The report, with the command that shows the run again.
fn with_seed(program: &Program, seed: Option<u64>, report: &str) -> String {
    let option = seed
        .map(|seed| format!("--seed {seed} "))
        .unwrap_or_default();
    format!(
        "{report}\nagain: forktalk run target/guests/wasm32-wasip1/release/programs.wasm {option}-- {}",
        program.path
    )
}
