//! What is said of an exploration that is over.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use forktalk_abi::{ExitStatus, Pid};
use forktalk_explore::schedule::Act;
use forktalk_explore::{
    Decide, End, Found, Moment, Outcome, Ran, Schedule, Search, Settings, Shrink,
};
use forktalk_explore::{Trace, strategy};
use forktalk_host::{Driver, Worker};
use serde_json::json;

use super::{Explored, How, Stopped};
use crate::printer::{say, tell};
use crate::{ending, pasted};

/// So many outcomes are listed; the rest is counted.
const LISTED: usize = 20;
/// So many lines of what was printed are shown.
const LINES: usize = 6;
/// So many runs are made for each step that may be the deciding one.
const RUNS_A_STEP: u64 = 2000;

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
        self.how.strategy == super::Strategy::PreemptionBound
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
        let (runs, outcomes) = (exploration.runs(), exploration.found().len());
        let seen = match self.explored.stopped {
            Stopped::Exhausted if self.how.faults().is_none() && !self.is_bounded() => {
                format!("All {runs} behaviours seen")
            }
            Stopped::Exhausted => format!("All that was asked for seen, in {runs} runs"),
            Stopped::Runs => format!(
                "{runs} runs made, as many as were asked for; not all behaviours may have been seen"
            ),
            Stopped::Time => {
                format!("The time is up after {runs} runs; not all behaviours were seen")
            }
            Stopped::Interrupted => {
                format!("Stopped after {runs} runs; not all behaviours were seen")
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
            "{seen}: {outcomes} {}, {failing} ({seconds:.1} s, {:.0} runs/s, up to {} steps a run).\n",
            if outcomes == 1 { "outcome" } else { "outcomes" },
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
        let runs = match found.count {
            1 => "1 run".to_owned(),
            more => format!("{more} runs"),
        };
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
        let mut worker = Worker::new(&self.explored.job);
        let mut shrink = Shrink::new(found.shortest.clone());
        drive(&mut worker, &mut shrink)?;
        let shortest = shrink.best().clone();
        let (driver, end) = self.again(&shortest)?;
        let watch = driver.run().watch();
        let events = watch.map_or(&[][..], |watch| &watch.events);
        let taken = events.iter().map(|event| event.choice).collect();
        let mut decide = Decide::new(self.explored.job.kernel.clone(), taken, RUNS_A_STEP);
        drive(&mut worker, &mut decide)?;
        say(&format!(
            "\nThe first failure, as short as it can be ({}):\n\n",
            said(&shortest.outcome)
        ));
        let trace = driver.run().trace();
        tell(trace);
        ending::explain(driver.run(), end);
        say(&self.moment(&decide.moment(), trace));
        say(&format!("Again: {}\n", self.replay(&shortest.schedule)));
        Ok(())
    }

    /// The run once more, written down.
    fn again(&self, ran: &Ran) -> Result<(Driver, End), String> {
        let job = &self.explored.job;
        let mut kernel = job.kernel.clone();
        kernel.seed = ran.schedule.seed;
        let settings = Settings {
            kernel,
            strategy: strategy::replaying(&ran.schedule),
            record: true,
        };
        let mut driver = Driver::new(&job.program, settings);
        driver.run_mut().set_watch(Some(Box::default()));
        let end = driver.drive(|_| {}).map_err(ending::cannot_go_on)?;
        Ok((driver, end))
    }

    fn moment(&self, moment: &Moment, trace: &Trace) -> String {
        let name = |pid: Pid| {
            let mut steps = trace.steps.iter();
            let step = steps.find(|step| step.pid == pid.0);
            step.map_or_else(
                || format!("process {pid}"),
                |step| format!("{} ({pid})", step.process),
            )
        };
        match moment {
            Moment::Never => {
                "\nNo order of the steps ends well: the mistake is in the program, not in the order.\n".to_owned()
            }
            Moment::Unknown => {
                "\nWhich step decides is not known: there are too many ways on to see them all.\n".to_owned()
            }
            Moment::Step { step, chosen, instead, well } => {
                let sentence = trace.steps.get(*step as usize - 1);
                let sentence = sentence.map_or("", |step| step.sentence.en.as_str());
                let instead = match instead {
                    Some(choice) if choice.act == Act::Go && choice.pid != chosen.pid => {
                        format!("Had {} gone first at step {step}, it could have ended well", name(choice.pid))
                    }
                    _ => format!("Without what happens at step {step} it could have ended well"),
                };
                format!(
                    "\nThe deciding moment is step {step}: {sentence}\n{instead}: {}\n",
                    self.replay(&well.schedule)
                )
            }
        }
    }
}

/// Makes the runs of a search, one after the other.
fn drive(worker: &mut Worker, search: &mut dyn Search) -> Result<(), String> {
    while let Some(plan) = search.plan() {
        let (ran, watch) = worker.run(plan).map_err(ending::cannot_go_on)?;
        search.learn(&ran, watch.as_deref());
        if let Some(watch) = watch {
            worker.give_back(watch);
        }
    }
    Ok(())
}

fn names(outcome: &Outcome) -> Vec<&'static str> {
    outcome
        .troubles
        .iter()
        .map(|trouble| trouble.name())
        .collect()
}

/// An outcome in a few words: what is wrong with it, and how the processes ended.
fn said(outcome: &Outcome) -> String {
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
