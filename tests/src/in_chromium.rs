//! Runs programs simulated in a headless Chromium, by the page's script `web/tests/suite.mjs`.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use forktalk_programs::Program;
use serde_json::{Value, json};

use crate::built;

/// How long all of them together may take; the script ends by itself then, and says so.
const SECONDS: u32 = 900;

/// A program's path, and a seed; none: the default policy.
pub type Run = (&'static str, Option<u64>);

/// Runs each of `programs` with each of `seeds` in one browser; answers the traces, or what went wrong instead.
///
/// # Panics
///
/// If the browser cannot be used at all, or is not done in time.
#[must_use]
pub fn traces_in_chromium(
    programs: &[&'static Program],
    seeds: &[Option<u64>],
    runner: &str,
) -> HashMap<Run, Result<String, String>> {
    let runs: Vec<Run> = programs
        .iter()
        .flat_map(|program| seeds.iter().map(|seed| (program.path, *seed)))
        .collect();
    let output = run_script(&runs, runner);
    let answers: Vec<&str> = output.lines().collect();
    assert_eq!(
        answers.len(),
        runs.len(),
        "web/tests/suite.mjs was given {} runs and answered {}: what it says of that stands above",
        runs.len(),
        answers.len()
    );
    runs.into_iter()
        .zip(answers)
        .map(|(run, answer)| (run, read_answer(run, answer)))
        .collect()
}

/// Hands the script its lines, and takes its answers.
fn run_script(runs: &[Run], runner: &str) -> String {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let mut script = Command::new("node")
        .current_dir(web)
        .args([
            "tests/suite.mjs",
            "--seconds",
            &SECONDS.to_string(),
            "--dist",
        ])
        .arg(built("FORKTALK_PAGE", runner))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js is installed");
    let lines: String = runs
        .iter()
        .map(|(program, seed)| format!("{}\n", json!({ "program": program, "seed": seed })))
        .collect();
    let mut input = script.stdin.take().expect("it is a pipe");
    // Beside the reading: neither pipe holds all that goes through it.
    let writer = thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = script
        .wait_with_output()
        .expect("the script can be waited for");
    // A script that ended early has closed the pipe; its exit status says more.
    let _ = writer.join().expect("the writer does not panic");
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "web/tests/suite.mjs could not use the browser ({}): what it says of that stands above",
        output.status
    );
    String::from_utf8(output.stdout).expect("the script prints JSON")
}

fn read_answer(run: Run, answer: &str) -> Result<String, String> {
    let answer: Value =
        serde_json::from_str(answer).map_err(|error| format!("{answer}: {error}"))?;
    assert_eq!(
        (answer["program"].as_str(), answer["seed"].as_u64()),
        (Some(run.0), run.1),
        "web/tests/suite.mjs answers in the order that it was asked in"
    );
    match answer["trace"].as_str() {
        Some(trace) => Ok(trace.to_owned()),
        None => Err(answer["error"].as_str().unwrap_or("no trace").to_owned()),
    }
}
