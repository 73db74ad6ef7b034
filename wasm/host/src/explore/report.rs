//! What is said of an exploration that is over.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use forktalk_abi::ExitStatus;
use forktalk_explore::{Found, Outcome, Schedule};
use serde_json::json;

use super::failure::Failure;
use super::{Explored, How, Stopped};
use crate::pasted;
use crate::printer::{counted, say, tell};

/// So many outcomes are listed; the rest is counted.
const LISTED: usize = 20;
/// So many lines of what was printed are shown.
const LINES: usize = 6;

/// An exploration, and what it was asked for.
pub(super) struct Report<'a> {
    pub(super) explored: &'a Explored,
    pub(super) how: &'a How,
    pub(super) program: &'a Path,
    pub(super) arguments: &'a [String],
}

impl Report<'_> {
    /// Whether more preemptions could show more.
    fn is_bounded(&self) -> bool {
        self.how.strategy() == super::Strategy::PreemptionBound
    }

    /// The outcomes, failures first.
    fn outcomes(&self) -> Vec<&Found> {
        let mut found: Vec<&Found> = self.explored.exploration.found().iter().collect();
        found.sort_by_key(|one| !self.how.fails(&one.outcome));
        found
    }

    /// The command that shows a run again.
    fn replay(&self, schedule: &Schedule) -> String {
        let words = ["replay".to_owned(), schedule.to_string()];
        pasted::command(&words, self.program, self.arguments)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let exploration = &self.explored.exploration;
        let outcomes = self.outcomes().into_iter().map(|found| {
            let shortest = &found.shortest;
            json!({
                "fails": self.how.fails(&found.outcome),
                "troubles": names(&found.outcome),
                "statuses": found.outcome.statuses.iter().map(|status| {
                    status.map(|status| status.to_string())
                }).collect::<Vec<_>>(),
                "output": found.outcome.output,
                "runs": found.count,
                "first": found.first,
                "steps": shortest.steps,
                "schedule": shortest.schedule.to_string(),
                "replay": self.replay(&shortest.schedule),
            })
        });
        json!({
            "runs": exploration.runs(),
            "states": exploration.states(),
            "seconds": self.explored.took.as_secs_f64(),
            "stopped": match self.explored.stopped {
                Stopped::Exhausted => "exhausted",
                Stopped::Runs => "runs",
                Stopped::Time => "time",
                Stopped::Interrupted => "interrupted",
            },
            "most_steps": exploration.most_steps(),
            "outcomes": outcomes.collect::<Vec<_>>(),
        })
    }

    pub(super) fn print(&self, interrupted: &AtomicBool) -> Result<(), String> {
        let mut text = self.summary();
        let outcomes = self.outcomes();
        for (number, found) in (1..).zip(&outcomes).take(LISTED) {
            text += &self.outcome(number, found);
        }
        if outcomes.len() > LISTED {
            text += &format!(
                "\n… and {} more outcomes: --json lists them all\n",
                outcomes.len() - LISTED
            );
        }
        say(&text);
        let failing = outcomes
            .first()
            .filter(|found| self.how.fails(&found.outcome));
        if let Some(found) = failing
            && !interrupted.load(Ordering::Relaxed)
        {
            self.explain(found)?;
        }
        Ok(())
    }

    fn summary(&self) -> String {
        let exploration = &self.explored.exploration;
        let runs = exploration.runs();
        let made = counted(runs, "run");
        let outcomes = counted(exploration.found().len() as u64, "outcome");
        let seen = match self.explored.stopped {
            Stopped::Exhausted if !self.is_bounded() => match exploration.behaviours() {
                _ if let Some(states) = exploration.states() => {
                    format!("All {} seen, in {made}", counted(states, "state"))
                }
                1 if runs == 1 => "The only behaviour seen".to_owned(),
                all if all == runs => format!("All {runs} behaviours seen"),
                all => format!("All {} seen, in {made}", counted(all, "behaviour")),
            },
            Stopped::Exhausted => format!("All that was asked for seen, in {made}"),
            Stopped::Runs => format!(
                "{made} made, as many as were asked for; not all behaviours may have been seen"
            ),
            Stopped::Time => {
                format!("The time is up after {made}; not all behaviours were seen")
            }
            Stopped::Interrupted => {
                format!("Stopped after {made}; not all behaviours were seen")
            }
        };
        let seconds = self.explored.took.as_secs_f64();
        let failing = exploration
            .found()
            .iter()
            .filter(|one| self.how.fails(&one.outcome))
            .count();
        let failing = match failing {
            0 => "none fails".to_owned(),
            1 => "1 fails".to_owned(),
            more => format!("{more} fail"),
        };
        format!(
            "{seen}: {outcomes}, {failing} ({seconds:.1} s, {:.0} runs/s, up to {} steps a run).\n",
            runs as f64 / seconds.max(1e-9),
            exploration.most_steps(),
        )
    }

    fn outcome(&self, number: usize, found: &Found) -> String {
        let mark = if self.how.fails(&found.outcome) {
            "FAILS"
        } else {
            "ok"
        };
        let runs = counted(found.count, "run");
        let mut text = format!(
            "\n{mark:>5} {number}. {}: {runs}, the first was run {}\n",
            said(&found.outcome),
            found.first
        );
        let mut lines = found.outcome.output.lines();
        for line in lines.by_ref().take(LINES) {
            text += &format!("        │ {line}\n");
        }
        match lines.count() {
            0 => {}
            more => text += &format!("        │ … {more} more lines\n"),
        }
        text + &format!("        {}\n", self.replay(&found.shortest.schedule))
    }

    /// Makes a failing run as short as can be, and tells why it fails.
    fn explain(&self, found: &Found) -> Result<(), String> {
        let failure = Failure::understand(&self.explored.job, &found.shortest)?;
        let told = &failure.told;
        say(&format!(
            "\nThe first failure, as short as it can be ({}):\n{}\n",
            said(&told.ran.outcome),
            told.why
        ));
        tell(&told.trace);
        let moment = failure.moment(|schedule| self.replay(schedule));
        let again = self.replay(&told.ran.schedule);
        say(&format!("\n{moment}Again: {again}\n"));
        Ok(())
    }
}

fn names(outcome: &Outcome) -> Vec<&'static str> {
    outcome
        .troubles
        .iter()
        .map(|trouble| trouble.name())
        .collect()
}

/// An outcome in a few words: what is wrong with it, and how the processes ended.
pub(crate) fn said(outcome: &Outcome) -> String {
    let mut words: Vec<String> = outcome.troubles.iter().map(ToString::to_string).collect();
    let mut before: Option<(Option<ExitStatus>, Vec<i32>)> = None;
    for (pid, status) in (1..).zip(&outcome.statuses) {
        match &mut before {
            Some((same, pids)) if same == status && pid > 2 => pids.push(pid),
            _ => words.extend(before.replace((*status, vec![pid])).map(ended)),
        }
    }
    words.extend(before.map(ended));
    words.join(", ")
}

/// How these processes, which follow each other, ended.
fn ended((status, pids): (Option<ExitStatus>, Vec<i32>)) -> String {
    let who = match pids.as_slice() {
        [1] => "main".to_owned(),
        [one] => format!("process {one}"),
        [first, .., last] => format!("processes {first} to {last}"),
        [] => String::new(),
    };
    match status {
        Some(status) => format!("{who}: {status}"),
        None => format!("{who}: never ended"),
    }
}
