//! The command line of `programs`, and what is checked around every program.

use std::env;
use std::process::ExitCode;

use crate::{PROGRAMS, Program, find};

/// `programs <path> [arguments]` runs a program, `programs --list` and `programs --json` say which there are.
#[must_use]
pub fn command() -> ExitCode {
    let first = env::args().nth(1);
    match first.as_deref() {
        Some("--list") => list(),
        Some("--json") => json(),
        Some(path) => match find(path) {
            Some(program) => run(program),
            None => usage(&format!("there is no program {path}")),
        },
        None => usage("which program?"),
    }
}

fn list() -> ExitCode {
    for program in PROGRAMS {
        println!("{:<40} {}", program.path, program.line);
    }
    ExitCode::SUCCESS
}

#[cfg(not(target_family = "wasm"))]
fn json() -> ExitCode {
    let programs: Vec<_> = PROGRAMS
        .iter()
        .map(|program| {
            let skips = program.skips.iter();
            serde_json::json!({
                "path": program.path,
                "line": program.line,
                "expected": format!("{:?}", program.expected),
                "skips": skips.map(|skip| serde_json::json!({
                    "host": format!("{:?}", skip.host), "reason": skip.reason,
                })).collect::<Vec<_>>(),
                "file": format!("tests/programs/src/{}.rs", program.path),
                "source": program.source,
            })
        })
        .collect();
    println!("{}", serde_json::Value::Array(programs));
    ExitCode::SUCCESS
}

#[cfg(target_family = "wasm")]
fn json() -> ExitCode {
    usage("--json is for the native build")
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}\nusage: programs <path> [arguments] | --list | --json");
    ExitCode::from(2)
}

/// Runs it; on Linux a descriptor that it leaves open is a failure of its own.
fn run(program: &Program) -> ExitCode {
    let before = open_descriptors();
    let code = (program.main)();
    let after = open_descriptors();
    if before != after {
        eprintln!(
            "{}: descriptors leaked: {before:?} before, {after:?} after",
            program.path
        );
        return ExitCode::from(102);
    }
    code
}

#[cfg(target_os = "linux")]
fn open_descriptors() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else {
        return Vec::new();
    };
    // The descriptor of this directory itself points to it, and is not counted; nor is that of a recording, which is open
    // from the first call on.
    let recording = env::var_os("FORKTALK_TRACE").map(std::path::PathBuf::from);
    let counts = |to: std::path::PathBuf| !to.ends_with("fd") && Some(to) != recording;
    let mut all: Vec<String> = entries
        .flatten()
        .filter(|entry| std::fs::read_link(entry.path()).map_or(true, counts))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    all.sort();
    all
}

#[cfg(not(target_os = "linux"))]
fn open_descriptors() -> Vec<String> {
    Vec::new()
}
