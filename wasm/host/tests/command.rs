//! The command as a user types it: exit statuses, and the line that repeats a run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program that makes a pipe and reads from it: it holds the writing end itself.
const WAITS_FOR_ITSELF: &str = r#"(module
    (import "forktalk" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "forktalk" "wait" (func $wait (result i32)))
    (memory (export "memory") 1)
    (func $ask (param $number i32) (param $a i32) (param $b i32) (param $c i32)
        (if (i32.eq (i32.const -2147483648)
                (call $call (local.get $number) (local.get $a) (local.get $b) (local.get $c)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
            (then (drop (call $wait)))))
    (func (export "_start")
        (call $ask (i32.const 1) (i32.const 8) (i32.const 0) (i32.const 0))
        (call $ask (i32.const 3) (i32.const 3) (i32.const 16) (i32.const 4))))"#;

const EXITS_WITH_3: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.const 3))))"#;

/// Writes the module where the command finds it; a name with a blank, to be quoted.
fn module(name: &str, text: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("forktalk command {}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("the temporary directory can be written");
    let path = directory.join(format!("{name}.wasm"));
    std::fs::write(&path, wat::parse_str(text).expect("the test's own module")).expect("so too");
    path
}

fn forktalk(path: &Path, options: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_forktalk");
    let output = Command::new(command)
        .arg("run")
        .args(options)
        .arg(path)
        .output();
    output.expect("the command was built")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_deadlock_is_explained_and_the_printed_line_repeats_the_run() {
    let path = module("waits for itself", WAITS_FOR_ITSELF);
    let trace = path.with_extension("jsonl");
    let trace_option = trace.display().to_string();
    for options in [&[][..], &["--seed", "7"], &["--round-robin"]] {
        let first = forktalk(&path, &[options, &["--trace", &trace_option]].concat());
        assert_eq!(first.status.code(), Some(75), "{}", said(&first));
        assert!(said(&first).contains("main (1)"), "{}", said(&first));
        let first_trace = std::fs::read_to_string(&trace).expect("the trace was written");

        let told = said(&first);
        let line = told
            .lines()
            .find_map(|line| line.strip_prefix("This run again: "));
        let line = line.expect("the line that repeats the run").to_owned();
        let rest = line.strip_prefix("forktalk ").expect("the command's name");
        let again = Command::new("sh")
            .arg("-c")
            .arg(format!("exec '{}' {rest}", env!("CARGO_BIN_EXE_forktalk")))
            .output()
            .expect("a shell");
        assert_eq!(again.status.code(), Some(75), "{line}: {}", said(&again));
        assert_eq!(again.stderr, first.stderr, "{line}");
        assert!(first_trace.contains(r#""end":"deadlock""#));
    }
}

#[test]
fn the_exit_status_is_the_root_process_s() {
    let path = module("exits with 3", EXITS_WITH_3);
    assert_eq!(forktalk(&path, &[]).status.code(), Some(3));
}

#[test]
fn what_cannot_be_run_is_said_with_status_2() {
    let missing = forktalk(Path::new("/nonexistent/program.wasm"), &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        said(&missing).contains("/nonexistent/program.wasm"),
        "{}",
        said(&missing)
    );
    let path = module("exits with 3", EXITS_WITH_3);
    for options in [
        &["--schedule", "nonsense"][..],
        &["--seed", "1", "--round-robin"],
        &["--profile", "vms"],
    ] {
        let refused = forktalk(&path, options);
        assert_eq!(
            refused.status.code(),
            Some(2),
            "{options:?}: {}",
            said(&refused)
        );
    }
}
