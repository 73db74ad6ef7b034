//! libtest, the harness in a test binary: what it lists, how it is told to run one test, and which lines are its own.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use forktalk_abi::Pid;
use forktalk_explore::trace::Step;
use forktalk_explore::{End, Settings, Trace, strategy};
use forktalk_host::{Driver, Program};
use forktalk_kernel::view::Change;
use forktalk_kernel::{Config, Output, Stream};

use crate::ending;

/// The name of a variable that libtest asks for: every binary that carries libtest contains it.
const MARK: &[u8] = b"RUST_TEST_THREADS";

/// Whether libtest is in this file; nothing if it cannot be read, or is not WebAssembly.
pub(super) fn is_in(path: &Path) -> Option<bool> {
    let bytes = std::fs::read(path).ok()?;
    let is_module = bytes.starts_with(b"\0asm");
    is_module.then(|| bytes.windows(MARK.len()).any(|window| window == MARK))
}

/// The tests that the harness lists, when it is also told `options`. Nothing if it does not understand that.
pub(super) fn list(
    program: &Arc<Program>,
    options: &[&str],
) -> Result<Option<Vec<String>>, String> {
    let listing = ["--list", "--format", "terse"];
    let arguments = [&listing, options].concat();
    let own_name = std::iter::once(program.name.clone());
    let mut driver = Driver::new(
        program,
        Settings {
            kernel: Config {
                arguments: own_name
                    .chain(arguments.into_iter().map(str::to_owned))
                    .collect(),
                ..Config::default()
            },
            strategy: Box::new(strategy::Default),
            record: false,
        },
    );
    let mut printed = Vec::new();
    let end = driver.drive(|output| {
        if output.stream == Stream::Stdout {
            printed.extend(output.bytes);
        }
    });
    let end = end.map_err(ending::cannot_go_on)?;
    let went_well = matches!(end, End::Finished(status) if status.success());
    let printed = String::from_utf8_lossy(&printed);
    let names = printed.lines().map(name_in);
    Ok(names.collect::<Option<_>>().filter(|_| went_well))
}

/// The name in a line of the list.
fn name_in(line: &str) -> Option<String> {
    let (name, kind) = line.rsplit_once(": ")?;
    ["test", "benchmark"]
        .contains(&kind)
        .then(|| name.to_owned())
}

/// What the harness is told so that it runs one test, and lets it print.
pub(super) fn arguments(name: &str, runs_ignored: bool) -> Vec<String> {
    let mut words = vec![name, "--exact", "--nocapture", "--test-threads=1"];
    if runs_ignored {
        words.push("--include-ignored");
    }
    words.into_iter().map(str::to_owned).collect()
}

/// If the harness did not run its one test but passed over it: what it said, and why.
pub(super) fn passed_over(output: &str) -> Option<String> {
    let result = "\ntest result: ok. 0 passed; 0 failed; 1 ignored;";
    let line = output.strip_prefix("\nrunning 1 test\n")?.lines().next()?;
    let (name, said) = line
        .split_once(" ... ")
        .filter(|_| output.contains(result))?;
    Some(match name.ends_with(" - should panic") {
        true => format!("{said}, since it should panic and a panic ends the process here"),
        false => said.to_owned(),
    })
}

/// What was printed, without the lines of the harness.
pub(super) fn of_the_test(printed: &[Output], name: &str) -> String {
    let is_from_root = |one: &&Output| one.pid == Pid(1) && one.stream == Stream::Stdout;
    let from_root: Vec<u8> = printed
        .iter()
        .filter(is_from_root)
        .flat_map(|one| one.bytes.clone())
        .collect();
    let kept = the_test_s(&from_root, name);
    let mut at = 0;
    let mut text = Vec::new();
    for one in printed {
        if !is_from_root(&one) {
            text.extend_from_slice(&one.bytes);
            continue;
        }
        let end = at + one.bytes.len();
        let (from, to) = (kept.start.clamp(at, end), kept.end.clamp(at, end));
        text.extend_from_slice(&from_root[from..to]);
        at = end;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The trace, without the steps in which the harness prints. What changed in them is told with the next step.
pub(super) fn story_of_the_test(trace: &Trace, name: &str) -> Trace {
    let from_root = |step: &Step| match &step.output {
        Some(output) if step.pid == 1 && output.stream == "stdout" => output.text.clone(),
        _ => String::new(),
    };
    let all: String = trace.steps.iter().map(from_root).collect();
    let kept = the_test_s(all.as_bytes(), name);
    let is_over = kept.end < all.len();
    let mut story = trace.clone();
    let mut changed = Change::default();
    let mut at = 0;
    for mut step in std::mem::take(&mut story.steps) {
        let (begin, printed) = (at, from_root(&step));
        at += printed.len();
        if begin < kept.start {
            story.start.view.apply(&step.view);
        } else if is_over && begin >= kept.end && (step.pid, &*step.call) == (1, "print") {
            merge(&mut changed, step.view);
        } else {
            merge(&mut changed, std::mem::take(&mut step.view));
            step.view = std::mem::take(&mut changed);
            story.steps.push(step);
        }
    }
    story
}

/// Adds what changed later to what changed before.
fn merge(before: &mut Change, later: Change) {
    before.processes.extend(later.processes);
    before.objects.extend(later.objects);
    before.queues.extend(later.queues);
}

/// What the harness prints before it runs its one test.
fn preface(name: &str) -> String {
    format!("\nrunning 1 test\ntest {name} ... ")
}

/// Which part of what the root process printed is the test's: behind the preface, and before the harness says how the
/// test went, if it came to that.
fn the_test_s(printed: &[u8], name: &str) -> Range<usize> {
    let preface = preface(name);
    if !printed.starts_with(preface.as_bytes()) {
        return 0..printed.len();
    }
    let results = [
        &b"ok\n\ntest result: ok. 1 passed;"[..],
        b"FAILED\n\nfailures:\n",
    ];
    let begins = |at: &usize| results.iter().any(|end| printed[*at..].starts_with(end));
    let mut places = (preface.len()..printed.len()).rev();
    preface.len()..places.find(begins).unwrap_or(printed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(texts: &[(i32, Stream, &str)]) -> Vec<Output> {
        let output = |(pid, stream, text): &(i32, Stream, &str)| Output {
            step: 0,
            pid: Pid(*pid),
            name: String::new(),
            stream: *stream,
            bytes: text.as_bytes().to_vec(),
        };
        texts.iter().map(output).collect()
    }

    #[test]
    fn the_lines_of_the_harness_are_not_the_test_s() {
        let passed = printed(&[
            (1, Stream::Stdout, "\nrunning 1 test\n"),
            (1, Stream::Stdout, "test talks ... "),
            (2, Stream::Stdout, "a child\n"),
            (1, Stream::Stdout, "no newlineok\n"),
            (
                1,
                Stream::Stdout,
                "\ntest result: ok. 1 passed; 0 failed\n\n",
            ),
        ]);
        assert_eq!(of_the_test(&passed, "talks"), "a child\nno newline");

        let failed = printed(&[
            (1, Stream::Stdout, "\nrunning 1 test\ntest talks ... "),
            (1, Stream::Stderr, "Error: \"bad\"\n"),
            (
                1,
                Stream::Stdout,
                "FAILED\n\nfailures:\n\nfailures:\n    talks\n",
            ),
        ]);
        assert_eq!(of_the_test(&failed, "talks"), "Error: \"bad\"\n");

        let panicked = printed(&[
            (1, Stream::Stdout, "\nrunning 1 test\ntest talks ... "),
            (1, Stream::Stderr, "\nthread 'main' panicked\n"),
        ]);
        assert_eq!(
            of_the_test(&panicked, "talks"),
            "\nthread 'main' panicked\n"
        );
    }

    #[test]
    fn a_test_that_was_passed_over_says_why() {
        let output = |line: &str| {
            format!(
                "\nrunning 1 test\ntest {line}\n\ntest result: ok. 0 passed; 0 failed; 1 ignored; 0 measured\n"
            )
        };
        let said = |line| passed_over(&output(line));
        assert_eq!(
            said("slow ... ignored, too slow").as_deref(),
            Some("ignored, too slow")
        );
        assert!(
            said("x - should panic ... ignored")
                .is_some_and(|said| said.contains("ends the process"))
        );
        let ran = output("talks ... ok").replace("0 passed; 0 failed; 1", "1 passed; 0 failed; 0");
        assert_eq!(passed_over(&ran), None);
    }

    #[test]
    fn a_list_is_one_only_if_every_line_names_a_test() {
        assert_eq!(name_in("a::b: test").as_deref(), Some("a::b"));
        assert_eq!(
            name_in("src/lib.rs - twice (line 4): test").as_deref(),
            Some("src/lib.rs - twice (line 4)")
        );
        assert_eq!(name_in("hello: world"), None);
        assert_eq!(name_in(""), None);
    }
}
