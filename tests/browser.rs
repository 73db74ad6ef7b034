//! The shared suite, simulated in a headless Chromium: each program by the default policy and with 3 seeds.

use std::collections::HashMap;
use std::sync::LazyLock;

use forktalk_programs::{Host, PROGRAMS, Program, each_program};
use forktalk_suite::{Run, observed, outcomes_of, tests_for, traces_in_chromium};

const SEEDS: [Option<u64>; 4] = [None, Some(1), Some(2), Some(3)];

/// All runs, in one browser: it takes longer to start than a program.
static TRACES: LazyLock<HashMap<Run, Result<String, String>>> = LazyLock::new(|| {
    let programs: Vec<&Program> = PROGRAMS
        .iter()
        .filter(|program| program.skipped(Host::Browser).is_none())
        .collect();
    traces_in_chromium(&programs, &SEEDS, "browser")
});

each_program!(tests_for, Browser, check);

fn check(program: &'static Program) {
    let outcomes = outcomes_of(program);
    for seed in SEEDS {
        let verdict = TRACES[&(program.path, seed)]
            .clone()
            .and_then(|trace| observed(&trace))
            .and_then(|seen| outcomes.check(&seen));
        if let Err(report) = verdict {
            panic!("{} with seed {seed:?}: {report}", program.path);
        }
    }
}
