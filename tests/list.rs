//! The list, the files, the outcomes and the twins of the shared suite fit together.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use forktalk_programs::{BUGS, Expected, Host, PROGRAMS};
use forktalk_suite::{Status, outcomes_of};

/// So that a program is read at one glance.
const LINES_AT_MOST: usize = 60;

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The paths `theme/behaviour` of the files with this extension in the folders of `root`.
fn paths(root: &Path, extension: &str) -> BTreeSet<String> {
    let folders = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = folders
        .filter(|path| path.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|found| found == extension))
        .map(|file| {
            let path = file.strip_prefix(root).unwrap().with_extension("");
            path.to_str().unwrap().to_string()
        })
        .collect()
}

fn listed() -> BTreeSet<String> {
    PROGRAMS
        .iter()
        .map(|program| program.path.to_string())
        .collect()
}

#[test]
fn every_program_is_in_the_list() {
    assert_eq!(paths(&tests().join("programs/src"), "rs"), listed());
}

#[test]
fn every_program_has_outcomes_that_fit_how_it_should_end() {
    assert_eq!(paths(&tests().join("outcomes"), "txt"), listed());
    for program in PROGRAMS {
        let statuses = outcomes_of(program).statuses();
        let some = |wanted: Status| statuses.contains(&wanted);
        let all = |wanted: Status| statuses.iter().all(|status| *status == wanted);
        let fits = match program.expected {
            Expected::Ends => !some(Status::Deadlocked),
            Expected::Deadlocks => all(Status::Deadlocked),
            Expected::Depends => some(Status::Exited(0)) && !all(Status::Exited(0)),
        };
        assert!(
            fits,
            "{}: {:?}, and its outcomes say {statuses:?}",
            program.path, program.expected
        );
    }
}

#[test]
fn the_gallery_is_each_bug_and_its_repaired_twin() {
    for bug in BUGS {
        assert_eq!(bug.program().expected, Expected::Depends, "{}", bug.path);
        let repaired = bug.repaired();
        assert_eq!(repaired.expected, Expected::Ends, "{}", repaired.path);
        let statuses = outcomes_of(repaired).statuses();
        assert_eq!(statuses, [Status::Exited(0)], "{}", repaired.path);
    }
    let bugs = BUGS.iter().flat_map(|bug| [bug.program(), bug.repaired()]);
    let gallery = PROGRAMS
        .iter()
        .filter(|program| program.path.starts_with("gallery/"));
    assert!(
        bugs.map(|program| program.path)
            .eq(gallery.map(|program| program.path)),
        "the list and the bugs name the same, in the same order"
    );
}

#[test]
fn no_host_that_could_hang_runs_what_may_deadlock() {
    for program in PROGRAMS {
        let may_deadlock = outcomes_of(program)
            .statuses()
            .contains(&Status::Deadlocked);
        let by_order = !BUGS
            .iter()
            .any(|bug| bug.path == program.path && bug.kills > 0);
        if may_deadlock && by_order {
            for host in [Host::Native, Host::Cpython] {
                assert!(
                    program.skipped(host).is_some(),
                    "{} would hang: {host:?}",
                    program.path
                );
            }
        }
    }
}

#[test]
fn every_program_that_cpython_does_not_skip_has_a_twin() {
    let twins = paths(&tests().join("python"), "py");
    let strays: Vec<_> = twins.difference(&listed()).cloned().collect();
    assert!(strays.is_empty(), "twins of no program: {strays:?}");
    for program in PROGRAMS {
        let twin = twins.contains(program.path);
        assert!(
            twin || program.skipped(Host::Cpython).is_some(),
            "{} has no twin",
            program.path
        );
    }
}

#[test]
fn every_program_is_short() {
    for program in PROGRAMS {
        let lines = program.source.lines().count();
        assert!(lines <= LINES_AT_MOST, "{}: {lines} lines", program.path);
    }
}

// The list makes the modules by a macro, where `cargo fmt` does not follow.
#[test]
fn every_program_is_formatted() {
    let root = tests().join("programs/src");
    let files: Vec<PathBuf> = PROGRAMS
        .iter()
        .map(|program| root.join(program.path).with_extension("rs"))
        .collect();
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(files)
        .output();
    let output = output.expect("rustfmt is a component of the toolchain");
    let differences = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "run rustfmt on tests/programs/src/*/*.rs:\n{differences}"
    );
}
