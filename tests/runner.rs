//! A project from nothing, as a user makes it: cargo tests it with forktalk as its runner, and what is printed to be pasted
//! is pasted into a shell.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

const README: &str = include_str!("../README.md");

/// Beside the test that the README shows.
const TESTS: &str = r#"
use forktalk::Queue;

#[test]
fn a_number_comes_back() -> forktalk::Result<()> {
    let (there_rx, there_tx) = pipe::<u32>()?;
    let (back_rx, back_tx) = pipe::<u32>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        back_tx.send(&(there_rx.recv()? * 2))?;
        Ok(())
    })?;
    there_tx.send(&21)?;
    println!("twice 21 is asked for");
    assert_eq!(back_rx.recv()?, 42);
    child.join()?;
    Ok(())
}

#[test]
fn two_eat_with_two_forks() -> forktalk::Result<()> {
    let (left, right) = (Queue::bounded(1)?, Queue::bounded(1)?);
    left.put(&())?;
    right.put(&())?;
    let child = Process::fork(|| eat(&right, &left))?;
    eat(&left, &right)?;
    child.join()?;
    Ok(())
}

fn eat(one: &Queue<()>, other: &Queue<()>) -> forktalk::Result<()> {
    one.get()?;
    other.get()?;
    other.put(&())?;
    one.put(&())?;
    Ok(())
}

#[test]
#[ignore = "only by hand"]
fn by_hand() {}

#[test]
#[should_panic]
fn a_panic() {
    panic!("as it should");
}
"#;

const PROGRAM: &str = r#"
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("called with {arguments:?}");
    std::process::exit(3);
}
"#;

const TEST: &str = "cargo test --release --target wasm32-wasip1";

/// The project, whose tests were run once.
struct Project {
    folder: PathBuf,
    first: Output,
}

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("forktalk-project-{}", std::process::id()));
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let house = house.expect("the suite lies in the checkout");
    let manifest = format!(
        "[package]\nname = \"project\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nforktalk = {{ path = '{}' }}\n",
        house.display()
    );
    for (file, text) in [
        ("Cargo.toml", manifest.as_str()),
        (".cargo/config.toml", block("toml")),
        ("tests/talk.rs", &tests()),
        ("src/main.rs", PROGRAM),
    ] {
        let place = folder.join(file);
        fs::create_dir_all(place.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(place, text).expect("a file of the project");
    }
    // The versions that are here, so that nothing has to be fetched.
    fs::copy(house.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the list of versions");
    let first = shell(&folder, TEST);
    Project { folder, first }
});

fn tests() -> String {
    format!("{}{TESTS}", block("rust"))
}

/// What the README shows in this language, in the section about projects.
fn block(language: &str) -> &'static str {
    let (_, section) = README
        .split_once("\n## In a project of your own\n")
        .expect("the README has the section");
    let (_, block) = section
        .split_once(&format!("```{language}\n"))
        .expect("the section has the block");
    block.split_once("```").expect("it ends").0
}

/// Types a line into a shell, in the project.
fn typed(line: &str) -> Output {
    shell(&PROJECT.folder, line)
}

fn shell(folder: &Path, line: &str) -> Output {
    let name = "FORKTALK_SEARCH_PATH";
    let first = env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run this by `cargo xtask test --only runner`")
    });
    let path = env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", format!("{first}:{path}"))
        .env("COLUMNS", "100")
        // Beside what the checkout has built.
        .env(
            "CARGO_TARGET_DIR",
            Path::new(&first).parent().unwrap_or(folder),
        )
        .output();
    output.expect("a shell")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// How long a run takes differs.
fn without_times(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines
        .map(|line| line.split("; finished in").next().unwrap_or(line))
        .collect()
}

/// What stands behind these words, to the end of the line; all of them.
fn behind<'a>(words: &'a str, text: &'a str) -> Vec<&'a str> {
    text.lines()
        .filter_map(|line| line.strip_prefix(words))
        .collect()
}

#[test]
fn each_test_is_explored_and_told_as_libtest_does() {
    let first = &PROJECT.first;
    assert_eq!(first.status.code(), Some(101), "{}", said(first));
    let printed = printed(first);
    let lines: Vec<&str> = behind("test ", &printed)
        .into_iter()
        .filter(|line| line.contains(" ... "))
        .collect();
    assert_eq!(
        lines,
        [
            "a_number_comes_back ... ok (8 behaviours, all seen)",
            "a_panic ... ignored, since it should panic and a panic ends the process here",
            "by_hand ... ignored, only by hand",
            block("text").trim().trim_start_matches("test "),
            "two_eat_with_two_forks ... FAILED (1 of 33 behaviours, all seen)",
        ],
        "{printed}"
    );
    let waits = tests().lines().position(|line| line == "    other.get()?;");
    let waits = waits.expect("the line is there") + 1;
    for expected in [
        "\nrunning 5 tests\n",
        "  │ assertion `left == right` failed\n",
        &format!(
            "\nDEADLOCK: nobody can go on.\n  main (1) (tests/talk.rs:{waits}) waits for an item of queue B"
        ),
        "\nThe deciding moment is step ",
        "\nfailures:\n    the_first_writes_first\n    two_eat_with_two_forks\n",
        "\ntest result: FAILED. 1 passed; 2 failed; 2 ignored; 0 measured; 0 filtered out; finished in ",
    ] {
        assert!(printed.contains(expected), "{expected}: {printed}");
    }
    assert!(!printed.contains("running 1 test"), "{printed}");
    let results = behind("test result: ", &printed).len();
    assert_eq!(
        results, 2,
        "of the tests, and of the program, which has none"
    );
}

#[test]
fn the_printed_commands_make_the_failing_run_again() {
    let first = printed(&PROJECT.first);
    let commands = behind("Again: ", &first);
    assert_eq!(commands.len(), 2, "{first}");
    let readme_s = commands[0].split(' ').next().unwrap_or_default();
    assert!(block("rust").contains("fn the_first_writes_first"));
    assert!(README.contains(readme_s), "the README's test: {readme_s}");
    for (command, name) in commands
        .iter()
        .zip(["the_first_writes_first", "two_eat_with_two_forks"])
    {
        let again = typed(command);
        assert_eq!(again.status.code(), Some(101), "{}", said(&again));
        let told = printed(&again);
        let line = format!("test {name} ... FAILED (1 run, by the schedule)\n");
        let (_, told) = told.split_once(&line).expect(name);
        // The same story, to its last line; what follows was found by many runs.
        let (_, before) = first.split_once(&format!("test {name} ")).expect(name);
        let (_, before) = before.split_once('\n').expect(name);
        let (before, _) = before.split_once("\nThe deciding moment").expect(name);
        assert!(told.starts_with(before), "{told}\n---\n{before}");
    }
    let statuses: Vec<_> = behind("or:    ", &first)
        .iter()
        .map(|command| typed(command).status.code())
        .collect();
    assert_eq!(statuses, [Some(101), Some(75)], "a panic, a deadlock");
}

#[test]
fn what_cargo_s_users_tell_libtest_is_understood() {
    LazyLock::force(&PROJECT);
    let list = "a_number_comes_back: test\na_panic: test\nby_hand: test\nthe_first_writes_first: test\n\
                two_eat_with_two_forks: test\n";
    let number = "test a_number_comes_back ... ok (8 behaviours, all seen)\n";
    for (arguments, status, expected) in [
        ("-- --list --format terse", 0, list),
        ("-- --list --ignored --format=terse", 0, "by_hand: test\n"),
        (
            "-- --list --exact a_panic",
            0,
            "a_panic: test\n\n1 test, 0 benchmarks\n",
        ),
        ("number", 0, number),
        ("-- --skip first --skip=two --test-threads 1", 0, number),
        ("comes -- --exact", 0, "\nrunning 0 tests\n"),
        (
            "-- --ignored",
            0,
            "test by_hand ... ok (1 behaviour, all seen)\n",
        ),
        (
            "hand -- --include-ignored",
            0,
            "test by_hand ... ok (1 behaviour, all seen)\n",
        ),
        (
            "number -- --nocapture",
            0,
            "all seen)\n  │ twice 21 is asked for\n",
        ),
        (
            "number -- --show-output",
            0,
            "all seen)\n  │ twice 21 is asked for\n",
        ),
        (
            "a_ -- -q",
            0,
            "\nrunning 2 tests\n.i\n\ntest result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out",
        ),
        ("-- --shuffle", 2, ""),
    ] {
        let output = typed(&format!("{TEST} --test talk {arguments}"));
        // Cargo answers 101 for a test that did not fail as libtest's do, and says what it answered.
        let failed = (status != 0).then(|| format!("(exit status: {status})"));
        assert_eq!(output.status.success(), failed.is_none(), "{arguments}");
        assert!(
            said(&output).contains(&failed.unwrap_or_default()),
            "{arguments}"
        );
        let printed = printed(&output).replace("\nrunning 5 tests\n", "");
        assert!(printed.contains(expected), "{arguments}: {printed}");
    }
    let refused = typed(&format!("{TEST} -- --shuffle"));
    assert!(said(&refused).contains("'--shuffle'"), "{}", said(&refused));
}

#[test]
fn the_environment_tells_how_to_explore() {
    LazyLock::force(&PROJECT);
    let number = format!("{TEST} --test talk number");
    let line = |options: &str, schedule: &str| {
        let output = typed(&format!("{options} {schedule} {number}"));
        let printed = printed(&output);
        let line = behind("test a_number_comes_back ... ", &printed)
            .first()
            .map(|line| (*line).to_owned());
        line.unwrap_or_else(|| said(&output))
    };
    let random = "FORKTALK_TEST='--strategy random --runs 500'";
    assert_eq!(line(random, ""), "ok (500 runs, not all behaviours seen)");
    let killed = "FORKTALK_TEST='--strategy random --runs 500 --kill 1'";
    assert!(
        line(killed, "").starts_with("FAILED ("),
        "{}",
        line(killed, "")
    );
    assert_eq!(
        line("FORKTALK_TEST='--runs 3'", ""),
        "ok (3 runs, not all behaviours seen)"
    );

    assert_eq!(
        line("", "FORKTALK_SCHEDULE=1-linux-1"),
        "ok (1 run, by the schedule)"
    );
    assert_eq!(
        line("", "FORKTALK_SCHEDULE=1-linux-1_1.99.2"),
        "FAILED (1 run, by the schedule)"
    );
    for (options, schedule, reason) in [
        (
            "FORKTALK_TEST='--kil 1'",
            "",
            "in FORKTALK_TEST, error: unexpected argument '--kil'",
        ),
        (
            "FORKTALK_TEST=number",
            "",
            "FORKTALK_TEST holds options only, and number is none",
        ),
        (
            "",
            "FORKTALK_SCHEDULE=nonsense",
            "FORKTALK_SCHEDULE: not a schedule",
        ),
    ] {
        assert!(
            line(options, schedule).contains(reason),
            "{}",
            line(options, schedule)
        );
    }
    let several = typed(&format!("FORKTALK_SCHEDULE=1-linux-1 {TEST} --test talk"));
    assert!(
        said(&several).contains("5 are chosen"),
        "{}",
        said(&several)
    );
}

#[test]
fn a_program_is_run_once_with_its_own_arguments() {
    LazyLock::force(&PROJECT);
    let ran = typed("cargo run --quiet --release --target wasm32-wasip1 -- --list --kill x");
    assert_eq!(ran.status.code(), Some(3), "{}", said(&ran));
    assert_eq!(
        printed(&ran),
        "called with [\"--list\", \"--kill\", \"x\"]\n"
    );
}

#[test]
fn the_same_tests_give_the_same_report_with_any_number_of_jobs() {
    let one = typed(&format!("{TEST} -- --test-threads=1"));
    assert_eq!(
        without_times(&printed(&one)),
        without_times(&printed(&PROJECT.first))
    );
}

#[test]
fn the_steps_of_continuous_integration_in_the_readme_are_right() {
    LazyLock::force(&PROJECT);
    let steps = block("yaml")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- run: "));
    let tests: Vec<&str> = steps
        .filter_map(|step| step.split('#').next())
        .map(str::trim)
        .filter(|step| step.starts_with("cargo test"))
        .collect();
    let [natively, simulated] = tests[..] else {
        panic!("two steps test, not {tests:?}");
    };
    let passed = typed(natively);
    assert!(passed.status.success(), "{}", said(&passed));

    let passed = typed(&format!("{simulated} number"));
    assert!(passed.status.success(), "{}", said(&passed));
    let told = printed(&passed);
    assert!(told.contains("test a_number_comes_back ... ok"), "{told}");
    let failed = typed(simulated).status.code();
    assert_eq!(failed, Some(101), "a test that fails fails the step");
}
