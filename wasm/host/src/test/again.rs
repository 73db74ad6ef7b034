//! The commands that show a test's run again, to be pasted into a shell.

use std::path::Path;

use forktalk_explore::Schedule;

use super::libtest;
use super::selection::Selection;
use crate::explore::How;
use crate::pasted::{command, quoted};

/// For one test.
pub(super) struct Again<'a> {
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    pub(super) selection: &'a Selection,
    pub(super) how: &'a How,
}

impl Again<'_> {
    /// By cargo.
    pub(super) fn cargo(&self, schedule: &Schedule) -> String {
        let mut words = vec![
            format!("FORKTALK_SCHEDULE={schedule}"),
            "cargo test --target wasm32-wasip1".to_owned(),
        ];
        words.extend(self.profile());
        words.push(format!("{} -- --exact", quoted(self.name)));
        if self.selection.runs_ignored() {
            words.push("--include-ignored".to_owned());
        }
        if let Some(troubles) = &self.how.fail_on {
            let names: Vec<&str> = troubles.iter().map(|trouble| trouble.name()).collect();
            words.push(format!("--fail-on {}", names.join(",")));
        }
        words.join(" ")
    }

    /// How cargo is told the profile by which the test was built: cargo names the folder by it.
    fn profile(&self) -> Option<String> {
        let folder = self.path.parent()?.parent()?.file_name()?.to_str()?;
        match folder {
            "release" => Some("--release".to_owned()),
            _ => None,
        }
    }

    /// Without cargo.
    pub(super) fn replay(&self, schedule: &Schedule) -> String {
        self.command(&["replay".to_owned(), schedule.to_string()])
    }

    /// All that the test can come to.
    pub(super) fn explore(&self) -> String {
        self.command(&["explore".to_owned()])
    }

    fn command(&self, words: &[String]) -> String {
        let arguments = libtest::arguments(self.name, self.selection.runs_ignored());
        command(words, self.path, &arguments)
    }
}
