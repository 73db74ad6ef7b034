//! The lines that are printed, as libtest prints them.

use std::process::ExitCode;
use std::time::Instant;

use super::selection::Chosen;
use super::tested::{Tested, Verdict};
use crate::printer::say;

/// The exit status of a test binary of which a test failed.
const FAILED: u8 = 101;

/// Letters in a row, with --quiet.
const LETTERS: usize = 88;

/// What was told so far.
pub(super) struct Lines {
    quiet: bool,
    began: Instant,
    filtered_out: usize,
    // The tests that were told.
    passed: usize,
    ignored: usize,
    failed: Vec<String>,
    letters: usize,
}

/// Lists tests: for people, or tersely, for programs.
pub(super) fn list(chosen: &Chosen, terse: bool) {
    let mut text: String = chosen
        .tests
        .iter()
        .map(|name| format!("{name}: test\n"))
        .collect();
    if !terse {
        text += &format!("\n{}, 0 benchmarks\n", tests(chosen.tests.len()));
    }
    say(&text);
}

fn tests(count: usize) -> String {
    match count {
        1 => "1 test".to_owned(),
        more => format!("{more} tests"),
    }
}

impl Lines {
    pub(super) fn begin(chosen: &Chosen, quiet: bool) -> Lines {
        say(&format!("\nrunning {}\n", tests(chosen.tests.len())));
        Lines {
            quiet,
            began: Instant::now(),
            filtered_out: chosen.filtered_out,
            passed: 0,
            ignored: 0,
            failed: Vec::new(),
            letters: 0,
        }
    }

    /// A test is waited for.
    pub(super) fn announce(&self, name: &str) {
        if !self.quiet {
            say(&format!("test {name} ... "));
        }
    }

    /// A test is over.
    pub(super) fn tell(&mut self, name: &str, tested: Tested) {
        let letter = match tested.verdict {
            Verdict::Passed => '.',
            Verdict::Ignored => 'i',
            Verdict::Failed => 'F',
        };
        match tested.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Ignored => self.ignored += 1,
            Verdict::Failed => self.failed.push(name.to_owned()),
        }
        if !self.quiet {
            say(&format!("{}\n{}", tested.said, spaced(&tested.beneath)));
            return;
        }
        self.letters += 1;
        say(&letter.to_string());
        if !tested.beneath.is_empty() {
            let (said, beneath) = (tested.said, spaced(&tested.beneath));
            say(&format!("\ntest {name} ... {said}\n{beneath}"));
            self.letters = 0;
        } else if self.letters == LETTERS {
            say("\n");
            self.letters = 0;
        }
    }

    /// All tests are over; answers the exit status.
    pub(super) fn end(self) -> ExitCode {
        let mut text = String::new();
        if self.letters > 0 {
            text += "\n";
        }
        if !self.failed.is_empty() {
            text += "\nfailures:\n";
            text.extend(self.failed.iter().map(|name| format!("    {name}\n")));
        }
        let result = if self.failed.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        text += &format!(
            "\ntest result: {result}. {} passed; {} failed; {} ignored; 0 measured; {} filtered out; finished in {:.2}s\n\n",
            self.passed,
            self.failed.len(),
            self.ignored,
            self.filtered_out,
            self.began.elapsed().as_secs_f64(),
        );
        say(&text);
        match self.failed.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(FAILED),
        }
    }
}

/// With an empty line behind it, if it is not empty.
fn spaced(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("{text}\n"),
    }
}
