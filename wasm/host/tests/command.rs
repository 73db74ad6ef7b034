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
    // Another test may be about to load the same: it finds the old one or the new one, never a part.
    let own = directory.join(format!("{:?}", std::thread::current().id()));
    std::fs::write(&own, wat::parse_str(text).expect("the test's own module")).expect("so too");
    std::fs::rename(&own, &path).expect("so too");
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

fn replay(schedule: &str, path: &Path, options: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_forktalk");
    let output = Command::new(command)
        .env("COLUMNS", "80")
        .args(["replay", schedule])
        .arg(path)
        .args(options)
        .output();
    output.expect("the command was built")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
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
fn a_schedule_may_hold_any_fault_and_the_table_tells_it() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let told = |schedule: &str| {
        let output = forktalk(&path, &["--schedule", schedule, "--steps"]);
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), table, said(&output))
    };
    for (schedule, status, sentence) in [
        ("1-linux-0_1.1.e1", 0, "main (1) forks: an injected fault"),
        ("1-linux-0_2.0.i1", 0, "to end: a signal interrupts it"),
        ("1-linux-0_2.3.k2", 9, " (2) is killed (SIGKILL) when"),
        ("1-linux-0_2.3.s2", 75, " (2) is stopped (SIGSTOP) when"),
    ] {
        let (code, table, errors) = told(schedule);
        assert_eq!(code, Some(status), "{schedule}: {errors}");
        assert!(table.contains(sentence), "{schedule}: {table}");
        assert!(!errors.contains("no longer fits"), "{schedule}: {errors}");
    }
    let (_, _, errors) = told("1-linux-0_2.3.s2");
    assert!(errors.contains("is stopped for ever (SIGSTOP)"), "{errors}");
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

#[test]
fn a_replay_tells_the_run_twice_and_ends_as_it_did() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let again = replay("1-linux-0", &path, &[]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    let (table, diagram) = printed(&again)
        .split_once("\n\n")
        .map(|(table, diagram)| (table.to_owned(), diagram.to_owned()))
        .expect("a table and a diagram");
    assert!(table.contains("main (1) forks"), "{table}");
    assert!(diagram.contains("● fork"), "{diagram}");
    assert!(diagram.contains("The run is over"), "{diagram}");

    let killed = replay("1-linux-0_2.1.k2", &path, &[]);
    assert_eq!(killed.status.code(), Some(9), "{}", said(&killed));
    assert!(
        printed(&killed).contains("✗ SIGKILL"),
        "{}",
        printed(&killed)
    );

    let table_only = replay("1-linux-0", &path, &["--table"]);
    assert_eq!(printed(&table_only).trim_end(), table);
    assert!(printed(&replay("1-linux-0", &path, &["-q"])).is_empty());
}

#[test]
fn a_replay_of_a_deadlock_explains_it() {
    let path = module("waits for itself", WAITS_FOR_ITSELF);
    let again = replay("1-linux-0", &path, &["--quiet"]);
    assert_eq!(again.status.code(), Some(75));
    assert!(said(&again).contains("DEADLOCK"), "{}", said(&again));
    let told = printed(&replay("1-linux-0", &path, &[]));
    assert!(told.contains("╳ wants to read from pipe A"), "{told}");

    // Its last step may be asked for: the end is told all the same.
    let last = replay("1-linux-0", &path, &["-q", "--to", "2"]);
    assert_eq!(last.status.code(), Some(75));
    assert!(
        printed(&last).starts_with("After step 2:\n"),
        "{}",
        printed(&last)
    );
    assert!(said(&last).starts_with("DEADLOCK"), "{}", said(&last));
}

#[test]
fn a_replay_stops_where_it_is_told_to() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let stopped = replay("1-linux-0_2.1.k2", &path, &["--to", "3"]);
    assert_eq!(stopped.status.code(), Some(0), "{}", said(&stopped));
    assert!(said(&stopped).is_empty(), "{}", said(&stopped));
    let told = printed(&stopped);
    assert!(told.contains("Here the story stops"), "{told}");
    assert!(told.contains("\nAfter step 3:\n  main (1)"), "{told}");
    assert!(!told.contains("\n    4  "), "{told}");

    let beyond = replay("1-linux-0", &path, &["-q", "--to", "1000"]);
    assert_eq!(beyond.status.code(), Some(0));
    assert!(
        said(&beyond).contains("there is no step 1000"),
        "{}",
        said(&beyond)
    );
}

#[test]
fn what_cannot_be_replayed_is_said_with_status_2() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let missing = Path::new("/nonexistent/program.wasm");
    let never = path.with_file_name("missing").join("folder");
    let never = never.display().to_string();
    for (schedule, path, options, reason) in [
        (
            "nonsense",
            &*path,
            &[][..],
            "not a schedule: at character 1",
        ),
        ("1-linux-0", missing, &[], "/nonexistent/program.wasm"),
        ("1-linux-0_1.1.7", &path, &[], "no longer fits at step 2"),
        (
            "1-linux-0_1.99.2",
            &path,
            &[],
            "but the run ended before that",
        ),
        ("1-linux-0", &path, &["--mermaid", &never], "cannot write"),
        (
            "1-linux-0",
            &path,
            &["--trace", "-", "--mermaid", "-"],
            "only one",
        ),
    ] {
        let refused = replay(schedule, path, options);
        assert_eq!(
            refused.status.code(),
            Some(2),
            "{schedule}: {}",
            said(&refused)
        );
        assert!(
            said(&refused).contains(reason),
            "{schedule}: {}",
            said(&refused)
        );
    }
}

#[test]
fn run_and_replay_write_the_same_files() {
    let path = module("waits for a child", WAITS_FOR_A_CHILD);
    let file = |name: &str| path.with_extension(name).display().to_string();
    let (mermaid, chrome) = (file("mmd"), file("json"));
    let options = ["--mermaid", &mermaid, "--chrome-trace", &chrome];
    let read =
        || [&mermaid, &chrome].map(|file| std::fs::read_to_string(file).expect("it was written"));

    assert!(forktalk(&path, &options).status.success());
    let of_run = read();
    assert!(replay("1-linux-0", &path, &options).status.success());
    assert_eq!(read(), of_run);
    assert!(of_run[0].starts_with("sequenceDiagram\n"), "{}", of_run[0]);
    assert!(of_run[1].contains(r#""traceEvents":["#), "{}", of_run[1]);

    // Standard output is then for that alone.
    let piped = [
        forktalk(&path, &["--mermaid", "-"]),
        replay("1-linux-0", &path, &["--mermaid", "-"]),
    ];
    assert_eq!(
        piped.map(|output| printed(&output)),
        [of_run[0].clone(), of_run[0].clone()]
    );
}
