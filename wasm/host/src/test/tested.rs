//! One test: explored, or run by a schedule, and judged.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use forktalk_explore::{Found, Schedule};
use forktalk_host::Program;

use super::again::Again;
use super::libtest;
use super::selection::Selection;
use crate::explore::failure::Failure;
use crate::explore::report::said;
use crate::explore::told::Told;
use crate::explore::{Explored, How, Stopped, Strategy};
use crate::printer::{counted, story};

/// What a test may cost, unless somebody says otherwise: what most tests need to be seen whole, and so little time that
/// a hundred tests are explored while one drinks a coffee.
const RUNS: u64 = 10_000;
const TIME: Duration = Duration::from_secs(10);

/// So many runs chance decides if the search did not come to its end: it would have stayed near its first run.
const RUNS_BY_CHANCE: u64 = 1_000;

/// So many runs are enough for a test that fails.
const ENOUGH_IF_FAILED: u64 = 1_000;

/// A run of more steps is not told beneath its test.
const STEPS_TOLD: usize = 200;

/// Tests, and what they are run with.
pub(super) struct Suite<'a> {
    pub(super) program: &'a Arc<Program>,
    pub(super) path: &'a Path,
    pub(super) selection: &'a Selection,
    pub(super) how: &'a How,
    /// Whether it is shown what a test printed that passed.
    pub(super) shows_output: bool,
    /// By which a test is run once, instead of being explored.
    pub(super) schedule: Option<Schedule>,
}

/// A test that is over.
pub(super) struct Tested {
    pub(super) verdict: Verdict,
    /// What its line says.
    pub(super) said: String,
    /// What is told beneath its line.
    pub(super) beneath: String,
}

/// How a test went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    Ignored,
}

impl Suite<'_> {
    /// Runs a test, as often as it needs, so many runs at once.
    pub(super) fn test(&self, name: &str, jobs: usize) -> Result<Tested, String> {
        match &self.schedule {
            Some(schedule) => self.replay(name, schedule),
            None => self.judge(name, &self.explore(name, jobs)?),
        }
    }

    /// Runs it by a schedule, and tells it.
    fn replay(&self, name: &str, schedule: &Schedule) -> Result<Tested, String> {
        let job = self.how.job(self.program, &self.arguments(name));
        let told = Told::of(&job, schedule)?;
        let mut beneath = happened(&told, name);
        if let Some(divergence) = &told.divergence {
            beneath += &format!("\nThis is not the run that was asked for: {divergence}\n");
        }
        let verdict = match told.divergence.is_some() || self.how.fails(&told.ran.outcome) {
            true => Verdict::Failed,
            false => Verdict::Passed,
        };
        Ok(Tested {
            verdict,
            said: format!("{} (1 run, by the schedule)", verdict.word()),
            beneath,
        })
    }

    /// Explores it: if not all can be seen, chance goes on.
    fn explore(&self, name: &str, jobs: usize) -> Result<Vec<Explored>, String> {
        let mut how = self.how.clone();
        how.jobs = Some(jobs.max(1));
        how.enough_if_failed = Some(ENOUGH_IF_FAILED);
        let is_said_how = how.strategy.is_some() || how.runs.is_some() || how.time.is_some();
        if how.runs.is_none() && how.time.is_none() {
            (how.runs, how.time) = (Some(RUNS), Some(TIME));
        }
        let never = AtomicBool::new(false);
        let explore = |how: &How| {
            let explored = how.explore(self.program, &self.arguments(name), &never, false);
            explored.map_err(|error| error.to_string())
        };
        let mut explored = vec![explore(&how)?];
        let is_clear =
            explored[0].stopped == Stopped::Exhausted || self.failing(&explored).next().is_some();
        if !is_said_how && !is_clear {
            how.strategy = Some(Strategy::Pct);
            how.runs = Some(RUNS_BY_CHANCE);
            explored.push(explore(&how)?);
        }
        Ok(explored)
    }

    fn arguments(&self, name: &str) -> Vec<String> {
        libtest::arguments(name, self.selection.runs_ignored())
    }

    /// The outcomes that fail.
    fn failing<'e>(&self, explored: &'e [Explored]) -> impl Iterator<Item = &'e Found> {
        let found = explored.iter().flat_map(|one| one.exploration.found());
        found.filter(|found| self.how.fails(&found.outcome))
    }

    fn judge(&self, name: &str, explored: &[Explored]) -> Result<Tested, String> {
        let first = explored[0].exploration.found().first();
        if let Some(said) = first.and_then(|first| libtest::passed_over(&first.outcome.output)) {
            return Ok(Tested {
                verdict: Verdict::Ignored,
                said,
                beneath: String::new(),
            });
        }
        let failing = self
            .failing(explored)
            .min_by_key(|found| found.shortest.effort());
        let (verdict, beneath) = match failing {
            Some(found) => (Verdict::Failed, self.failure(name, explored, found)?),
            None if self.shows_output => (Verdict::Passed, self.output(name, explored)?),
            None => (Verdict::Passed, String::new()),
        };
        Ok(Tested {
            verdict,
            said: format!("{} ({})", verdict.word(), self.counted(explored)),
            beneath,
        })
    }

    /// How many runs there were, how many of them failed, and whether these are all there can be.
    fn counted(&self, explored: &[Explored]) -> String {
        let runs: u64 = explored.iter().map(|one| one.exploration.runs()).sum();
        let failed: u64 = self.failing(explored).map(|found| found.count).sum();
        let of = match failed {
            0 => String::new(),
            failed => format!("{failed} of "),
        };
        let last = explored.last();
        let tells_states = last.is_some_and(|one| one.exploration.states().is_some());
        let (what, seen) = match last.map(|one| one.stopped) {
            Some(Stopped::Exhausted) if tells_states => ("run", "all states seen"),
            Some(Stopped::Exhausted) => ("behaviour", "all seen"),
            _ => ("run", "not all behaviours seen"),
        };
        format!("{of}{}, {seen}", counted(runs, what))
    }

    /// Why it fails: a failing run, as short as it can be, and how to see it again.
    fn failure(&self, name: &str, explored: &[Explored], found: &Found) -> Result<String, String> {
        let again = self.again(name);
        let failure = Failure::understand(&explored[0].job, &found.shortest)?;
        let schedule = &failure.told.ran.schedule;
        let moment = failure.moment(|schedule| again.replay(schedule));
        let mut text = format!("{}\n{moment}", happened(&failure.told, name));
        if self.failing(explored).count() > 1 {
            let explore = again.explore();
            text += &format!("It can fail in other ways too, which this lists: {explore}\n");
        }
        let (cargo, replay) = (again.cargo(schedule), again.replay(schedule));
        Ok(text + &format!("\nAgain: {cargo}\nor:    {replay}\n"))
    }

    fn again<'b>(&'b self, name: &'b str) -> Again<'b> {
        Again {
            path: self.path,
            name,
            selection: self.selection,
            how: self.how,
        }
    }

    /// What it printed in its first run.
    fn output(&self, name: &str, explored: &[Explored]) -> Result<String, String> {
        let Explored {
            exploration, job, ..
        } = &explored[0];
        let Some(first) = exploration.found().first() else {
            return Ok(String::new());
        };
        let told = Told::of(job, &first.shortest.schedule)?;
        Ok(printed(&told, name))
    }
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::Ignored => "ignored",
        }
    }
}

/// A run of a test: how it ended, what was printed, why, and the story.
fn happened(told: &Told, name: &str) -> String {
    let how = said(&told.ran.outcome);
    let (printed, why) = (printed(told, name), &told.why);
    let story = match told.trace.steps.len() {
        steps if steps > STEPS_TOLD => {
            format!("The run has {steps} steps: too many to be told here.\n")
        }
        _ => story(&libtest::story_of_the_test(&told.trace, name)),
    };
    format!("\n{how}\n{printed}{why}\n{story}")
}

/// What was printed in a run, if anything.
fn printed(told: &Told, name: &str) -> String {
    let printed = libtest::of_the_test(&told.printed, name);
    // A panic begins with an empty line.
    let lines = printed.trim_start_matches('\n').lines();
    let lines = lines.map(|line| format!("  │ {line}\n"));
    lines.collect()
}
