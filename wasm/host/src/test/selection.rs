//! Which tests are run: what one tells libtest.

use std::sync::Arc;

use clap::Args;
use forktalk_host::Program;

use super::libtest;

/// What chooses tests.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Selection {
    /// Only tests whose names contain one of these
    filters: Vec<String>,

    /// Only tests whose whole name is one of these
    #[arg(long)]
    pub(super) exact: bool,

    /// No tests whose names contain this; with --exact, not the test of this name. May be said several times
    #[arg(long, value_name = "FILTER")]
    skip: Vec<String>,

    /// Only tests that are marked as ignored
    #[arg(long)]
    ignored: bool,

    /// Also tests that are marked as ignored
    #[arg(long)]
    include_ignored: bool,
}

/// The tests that are to be run.
pub(super) struct Chosen {
    /// Their names, in the order in which they are listed.
    pub(super) tests: Vec<String>,
    /// How many others there are.
    pub(super) filtered_out: usize,
}

impl Selection {
    /// Chooses from the tests of a program; nothing if it does not list any.
    pub(super) fn choose(&self, program: &Arc<Program>) -> Result<Option<Chosen>, String> {
        let Some(all) = libtest::list(program, &[])? else {
            return Ok(None);
        };
        let ignored = match self.ignored {
            true => libtest::list(program, &["--ignored"])?,
            false => None,
        };
        let count = all.len();
        let mut tests = ignored.unwrap_or(all);
        tests.retain(|name| self.takes(name));
        let filtered_out = count - tests.len();
        Ok(Some(Chosen {
            tests,
            filtered_out,
        }))
    }

    /// Whether tests run that are marked as ignored.
    pub(super) fn runs_ignored(&self) -> bool {
        self.ignored || self.include_ignored
    }

    fn takes(&self, name: &str) -> bool {
        let fits = |filter: &String| match self.exact {
            true => name == filter,
            false => name.contains(filter),
        };
        let is_asked_for = self.filters.is_empty() || self.filters.iter().any(fits);
        is_asked_for && !self.skip.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(filters: &[&str], skip: &[&str], exact: bool) -> Vec<&'static str> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let selection = Selection {
            filters: owned(filters),
            skip: owned(skip),
            exact,
            ..Selection::default()
        };
        let all = ["pipe", "pipe::closes", "queue::closes"];
        all.into_iter()
            .filter(|name| selection.takes(name))
            .collect()
    }

    #[test]
    fn tests_are_chosen_as_libtest_does() {
        assert_eq!(taken(&[], &[], false).len(), 3);
        assert_eq!(taken(&["pipe"], &[], false), ["pipe", "pipe::closes"]);
        assert_eq!(taken(&["pipe"], &[], true), ["pipe"]);
        assert_eq!(taken(&["pipe", "queue"], &["closes"], false), ["pipe"]);
        assert_eq!(
            taken(&[], &["pipe"], true),
            ["pipe::closes", "queue::closes"]
        );
    }
}
