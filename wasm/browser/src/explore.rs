//! Many runs of a program, none of them written down: to see how it can end, what decided, and how short a failure is.

use std::cmp::Reverse;

use forktalk_explore::search::{ByChance, Chance, EveryFault, Plan, PreemptionBound};
use forktalk_explore::{
    Decide, Exploration, Faults, Found, Moment, Over, Ran, Search, Shrink, Watch,
};
use forktalk_kernel::Config;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsError;

use crate::request::{RunRequest, choices_of};

/// The most steps of one run: a run of more does not end, or is not looked at.
pub(crate) const STEPS: u32 = 100_000;

/// So many outcomes are told: they cross to the page again and again while the search goes on.
const LISTED: usize = 30;

/// How many moments must fall together for the mistake to show, where chance decides.
const DEPTH: u32 = 3;

/// `SearchRequest` of web/src/worker/messages.ts, without the module.
#[derive(Deserialize)]
pub(crate) struct SearchRequest {
    /// The program, and the simulated Unix.
    pub(crate) run: RunRequest,
    what: What,
    /// So many runs at most; to decide, for each step that is tried.
    runs: u32,
}

/// What is looked for.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum What {
    /// How the program can end.
    Explore { way: Way, faults: Budget },
    /// The step of this run that decided how it ended.
    Decide { choices: String },
    /// The shortest run like the one of the request's schedule.
    Shrink,
}

/// Which runs are made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Way {
    /// One of each behaviour.
    Exhaustive,
    /// Every order with at most two preemptions.
    FewPreemptions,
    /// As chance has it.
    Chance,
}

/// How many faults of each kind a run may have.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Budget {
    kills: u32,
    timeouts: u32,
    shorts: u32,
    interrupts: u32,
    failures: u32,
    stops: u32,
}

impl From<&Budget> for Faults {
    fn from(budget: &Budget) -> Faults {
        Faults {
            kills: budget.kills,
            timeouts: budget.timeouts,
            shorts: budget.shorts,
            interrupts: budget.interrupts,
            failures: budget.failures,
            stops: budget.stops,
        }
    }
}

/// A search that is under way.
pub(crate) struct Searching {
    pub(crate) task: Task,
    pub(crate) faults: Faults,
    /// What was seen of the run before, for its memory.
    pub(crate) spare: Option<Box<Watch>>,
    runs: u32,
}

/// What a search does.
pub(crate) enum Task {
    Explore(Exploration),
    Decide(Box<Decide>),
    /// Begins with the run of the schedule.
    Again(Box<Plan>),
    Shrink(Shrink),
    /// Nothing is left.
    Done,
}

impl SearchRequest {
    pub(crate) fn begin(&self, kernel: Config) -> Result<Searching, JsError> {
        let mut faults = Faults::NONE;
        let task = match &self.what {
            What::Explore {
                way,
                faults: budget,
            } => {
                faults = budget.into();
                Task::Explore(Exploration::new(
                    search(way, faults, kernel),
                    self.runs.into(),
                ))
            }
            What::Decide { choices } => Task::Decide(Box::new(Decide::new(
                kernel,
                choices_of(choices)?,
                self.runs.into(),
            ))),
            What::Shrink => {
                let schedule = self.run.schedule()?;
                schedule.map_or(Task::Done, |schedule| {
                    Task::Again(Box::new(Plan::again(&schedule)))
                })
            }
        };
        Ok(Searching {
            task,
            faults,
            spare: None,
            runs: 0,
        })
    }
}

fn search(way: &Way, faults: Faults, kernel: Config) -> Box<dyn Search> {
    match way {
        Way::Exhaustive => Box::new(EveryFault::new(kernel, faults)),
        Way::FewPreemptions => Box::new(PreemptionBound::new(kernel.seed, Some(2))),
        Way::Chance => Box::new(ByChance::new(Chance::Pct(DEPTH), kernel.seed, faults)),
    }
}

impl Searching {
    /// The next run, if there is one.
    pub(crate) fn plan(&mut self) -> Option<Plan> {
        match &mut self.task {
            Task::Explore(exploration) => exploration.plans(1).pop(),
            Task::Decide(decide) => decide.plan(),
            Task::Shrink(shrink) => shrink.plan(),
            Task::Again(_) => match std::mem::replace(&mut self.task, Task::Done) {
                Task::Again(plan) => Some(*plan),
                _ => None,
            },
            Task::Done => None,
        }
    }

    /// A run that was planned is over.
    pub(crate) fn learn(&mut self, ran: Ran, watch: Option<Box<Watch>>) {
        self.runs += 1;
        match &mut self.task {
            Task::Explore(exploration) => exploration.take(ran, watch.as_deref()),
            Task::Decide(decide) => decide.learn(&ran, watch.as_deref()),
            Task::Shrink(shrink) => shrink.learn(&ran, watch.as_deref()),
            Task::Again(_) | Task::Done => self.task = Task::Shrink(Shrink::to_same_outcome(ran)),
        }
        self.spare = watch;
    }

    /// What is known so far.
    pub(crate) fn report(&self) -> Report {
        let mut report = Report {
            runs: self.runs,
            ..Report::default()
        };
        match &self.task {
            Task::Explore(exploration) => {
                report.most_steps = exploration.most_steps();
                report.over = exploration.over().map(|over| match over {
                    Over::Exhausted => "exhausted",
                    Over::Runs => "runs",
                });
                report.found = exploration.found().len();
                report.outcomes = listed(exploration.found());
            }
            Task::Decide(decide) => report.moment = Some(Decided::from(&decide.moment())),
            Task::Shrink(shrink) => report.shortest = Some(Shortest::from(shrink.best())),
            Task::Again(_) | Task::Done => {}
        }
        report
    }
}

/// `SearchReport` of web/src/worker/messages.ts.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    runs: u32,
    most_steps: u32,
    /// Why an exploration is over.
    over: Option<&'static str>,
    /// How many outcomes there are.
    found: usize,
    /// The first of them, failures before others.
    outcomes: Vec<Outcome>,
    moment: Option<Decided>,
    shortest: Option<Shortest>,
}

/// A way to end, and how often it was seen.
#[derive(Serialize)]
struct Outcome {
    fails: bool,
    troubles: Vec<&'static str>,
    /// How each process ended, by number; nothing if it never did.
    statuses: Vec<Option<String>>,
    output: String,
    runs: u64,
    first: u64,
    shortest: Shortest,
}

/// A run, by what makes it again.
#[derive(Serialize)]
struct Shortest {
    steps: u32,
    schedule: String,
}

/// What is known of the deciding moment.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Decided {
    Step {
        step: u32,
        chosen: String,
        instead: Option<String>,
        well: Shortest,
        /// Where not all ways on were seen: how many of some that were tried from before the step ended well.
        share: Option<[u32; 2]>,
    },
    Never,
    Unknown,
}

/// Failures first, then what was seen most: as many as anybody reads.
fn listed(found: &[Found]) -> Vec<Outcome> {
    let mut found: Vec<&Found> = found.iter().collect();
    found.sort_by_key(|one| (one.outcome.is_well(), Reverse(one.count), one.first));
    let listed = found.into_iter().take(LISTED);
    listed.map(Outcome::from).collect()
}

impl From<&Found> for Outcome {
    fn from(found: &Found) -> Outcome {
        let outcome = &found.outcome;
        let troubles = outcome.troubles.iter();
        let statuses = outcome.statuses.iter();
        Outcome {
            fails: !outcome.is_well(),
            troubles: troubles.map(|trouble| trouble.name()).collect(),
            statuses: statuses
                .map(|status| status.map(|one| one.to_string()))
                .collect(),
            output: outcome.output.clone(),
            runs: found.count,
            first: found.first,
            shortest: Shortest::from(&found.shortest),
        }
    }
}

impl From<&Ran> for Shortest {
    fn from(ran: &Ran) -> Shortest {
        Shortest {
            steps: ran.steps,
            schedule: ran.schedule.to_string(),
        }
    }
}

impl From<&Moment> for Decided {
    fn from(moment: &Moment) -> Decided {
        match moment {
            Moment::Never => Decided::Never,
            Moment::Unknown(_) => Decided::Unknown,
            Moment::Step {
                step,
                chosen,
                instead,
                well,
                share,
            } => Decided::Step {
                step: *step,
                chosen: chosen.to_string(),
                instead: instead.map(|choice| choice.to_string()),
                well: Shortest::from(well.as_ref()),
                share: share.map(|share| [share.well, share.of]),
            },
        }
    }
}
