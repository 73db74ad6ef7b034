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

/// A program whose child takes twenty steps; it exits with the signal that ended the child, or 0.
const WAITS_FOR_A_CHILD: &str = r#"(module
    (import "forktalk" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "forktalk" "wait" (func $wait (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (global (export "__stack_pointer") (mut i32) (i32.const 1024))
    (func $ask (param $number i32) (param $a i32) (param $b i32) (param $c i32)
        (if (i32.eq (i32.const -2147483648)
                (call $call (local.get $number) (local.get $a) (local.get $b) (local.get $c)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
            (then (drop (call $wait)))))
    (func (export "forktalk_child") (param i32) (local $left i32)
        (local.set $left (i32.const 10))
        (loop $again
            (call $ask (i32.const 24) (i32.const 0) (i32.const 4) (local.get $left))
            (call $ask (i32.const 7) (i32.const 99) (i32.const 0) (i32.const 0))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
    (func (export "_start")
        (call $ask (i32.const 21) (i32.const 64) (i32.const 0) (i32.const 0))
        (call $ask (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0))
        (call $ask (i32.const 11) (i32.const 2) (i32.const 1) (i32.const 8))
        (call $exit (i32.and (i32.load (i32.const 8)) (i32.const 127)))))"#;

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
    for options in [
        &[][..],
        &["--seed", "7"],
        &["--seed", "7", "--fine", "--profile", "posix"],
        &["--seed", "7", "--kills", "2"],
        &["--round-robin"],
        &["--round-robin", "--fine"],
    ] {
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
fn kills_are_repeated_by_the_seed_and_by_the_schedule() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let traces = ["first", "second"].map(|name| path.with_extension(name).display().to_string());
    let trace = |index: usize| {
        let text = std::fs::read_to_string(&traces[index]).expect("the trace was written");
        let (header, steps) = text.split_once('\n').expect("a header, and steps");
        (header.to_owned(), steps.to_owned())
    };
    for fine in [&[][..], &["--fine"]] {
        let mut killed = 0;
        for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
            let options = [&["--seed", seed, "--kills", "1"], fine].concat();
            let first = forktalk(&path, &[&options[..], &["--trace", &traces[0]]].concat());
            let (header, steps) = trace(0);
            let again = forktalk(&path, &[&options[..], &["--trace", &traces[1]]].concat());
            assert_eq!(again.status, first.status);
            assert_eq!(trace(1), (header.clone(), steps.clone()));

            let (_, schedule) = header.split_once(r#""schedule":""#).expect("it has one");
            let (schedule, _) = schedule.split_once('"').expect("it ends");
            let options = ["--schedule", schedule, "--trace", &traces[1]];
            let again = forktalk(&path, &options);
            assert_eq!(again.status, first.status, "{schedule}");
            assert_eq!(trace(1).1, steps, "{schedule}");
            killed += usize::from(first.status.code() == Some(9));
        }
        assert!(killed > 3, "only {killed} of 8 children were killed");
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
        &["--kills", "1"],
        &["--fine", "--schedule", "1-linux-7"],
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
