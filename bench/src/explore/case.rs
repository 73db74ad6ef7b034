//! What is measured of explorations, and of whom.

use clap::ValueEnum;
use std::fmt;
use std::str::FromStr;

/// What is measured of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    /// Runs a second, on one core.
    Runs,
    /// The number of the first run that fails.
    FirstBug,
    /// The time until that.
    FirstBugTime,
    /// The time until everything was seen.
    Exhaust,
    /// The runs until that.
    ExhaustRuns,
}

pub(crate) const FIGURES: [Figure; 5] = [
    Figure::Runs,
    Figure::FirstBug,
    Figure::FirstBugTime,
    Figure::Exhaust,
    Figure::ExhaustRuns,
];

/// A figure of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) figure: Figure,
    pub(crate) program: &'static str,
}

/// The mistakes of the gallery that can be said on threads.
const BROKEN: [&str; 9] = [
    "full_pipes_facing",
    "join_before_drain",
    "lock_order",
    "check_then_act",
    "lost_wakeup",
    "late_joiner",
    "wrong_reply",
    "timeout_taken_for_death",
    "two_winners",
];

/// The tutorial's program with three messages; the same in fifteen bare calls; and the mistakes repaired, but not the one
/// whose repair is to kill a worker, which no thread can do to another.
const SOUND: [&str; 10] = [
    "tutorial-3",
    "fifteen-calls",
    "full_pipes_facing_repaired",
    "join_before_drain_repaired",
    "lock_order_repaired",
    "check_then_act_repaired",
    "lost_wakeup_repaired",
    "late_joiner_repaired",
    "wrong_reply_repaired",
    "two_winners_repaired",
];

impl Figure {
    fn name(self) -> &'static str {
        match self {
            Figure::Runs => "runs",
            Figure::FirstBug => "first-bug",
            Figure::FirstBugTime => "first-bug-time",
            Figure::Exhaust => "exhaust",
            Figure::ExhaustRuns => "exhaust-runs",
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Figure::Runs => "runs/s",
            Figure::FirstBug | Figure::ExhaustRuns => "runs",
            Figure::FirstBugTime | Figure::Exhaust => "s",
        }
    }

    /// The programs that have it.
    pub(crate) fn programs(self) -> &'static [&'static str] {
        match self {
            Figure::FirstBug | Figure::FirstBugTime => &BROKEN,
            Figure::Runs | Figure::Exhaust | Figure::ExhaustRuns => &SOUND,
        }
    }

    /// The strategies that have it.
    pub(crate) fn strategies(self) -> &'static [Strategy] {
        match self {
            Figure::Runs => &[Strategy::Random, Strategy::Pct, Strategy::Uniform],
            Figure::FirstBug | Figure::FirstBugTime => Strategy::value_variants(),
            Figure::Exhaust | Figure::ExhaustRuns => &[Strategy::Exhaustive],
        }
    }

    /// Who has not come to it in so many runs does not come to it; a rate is that of as many runs as there are.
    pub(crate) fn most_runs(self) -> u64 {
        match self {
            Figure::Runs => u64::MAX,
            Figure::FirstBug | Figure::FirstBugTime => 10_000,
            Figure::Exhaust | Figure::ExhaustRuns => 200_000,
        }
    }

    /// How many times as good ours is as theirs.
    pub(crate) fn ratio(self, ours: f64, theirs: f64) -> f64 {
        match self {
            Figure::Runs => ours / theirs,
            _ => theirs / ours,
        }
    }
}

impl Case {
    pub(crate) fn all() -> impl Iterator<Item = Case> {
        FIGURES.into_iter().flat_map(|figure| {
            let programs = figure.programs().iter();
            programs.map(move |program| Case { figure, program })
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.figure.name(), self.program)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(name: &str) -> Result<Case, String> {
        let found = Case::all().find(|case| case.to_string() == name);
        found.ok_or_else(|| format!("there is no case {name}"))
    }
}

/// Which runs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Strategy {
    /// A die for each step
    Random,
    /// Priorities that change at two moments (depth 3)
    Pct,
    /// As if each interleaving were as likely as the others
    Uniform,
    /// Ours: one run of each behaviour. shuttle's: each interleaving, depth first
    Exhaustive,
}

impl Strategy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Strategy::Random => "random",
            Strategy::Pct => "pct",
            Strategy::Uniform => "uniform",
            Strategy::Exhaustive => "exhaustive",
        }
    }
}

/// Whose explorations are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tool {
    /// This project's, of processes.
    Forktalk,
    /// The crate `shuttle`, of threads.
    Shuttle,
}

impl Tool {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Tool::Forktalk => "forktalk",
            Tool::Shuttle => "shuttle",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_found_by_its_name() {
        for case in Case::all() {
            assert_eq!(case.to_string().parse(), Ok(case));
        }
    }
}
