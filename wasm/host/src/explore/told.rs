//! A run once more, written down: who tells a run, or looks for the reason of its end, begins with this.

use forktalk_explore::{Choice, Divergence, Ran, Schedule, Settings, Trace, strategy};
use forktalk_host::{Driver, Job};
use forktalk_kernel::{Config, Output};

use crate::ending;

/// A run that was made again.
pub(crate) struct Told {
    /// How it ended.
    pub(crate) ran: Ran,
    /// What happened, step by step.
    pub(crate) trace: Trace,
    /// What was chosen at each step.
    pub(crate) choices: Vec<Choice>,
    /// What its processes printed.
    pub(crate) printed: Vec<Output>,
    /// What is to be said of its end: the explanation of a deadlock. Empty if it went well.
    pub(crate) why: String,
    /// Where the schedule no longer fitted, if it did not.
    pub(crate) divergence: Option<Divergence>,
}

impl Told {
    /// Makes the run of this schedule.
    pub(crate) fn of(job: &Job, schedule: &Schedule) -> Result<Told, String> {
        let settings = Settings {
            kernel: Config {
                profile: schedule.profile,
                stepping: schedule.stepping,
                seed: schedule.seed,
                ..job.kernel.clone()
            },
            strategy: strategy::replaying(schedule),
            record: true,
        };
        let mut driver = Driver::new(&job.program, settings);
        driver.run_mut().set_step_limit(job.step_limit);
        driver.run_mut().set_watch(Some(Box::default()));
        let mut printed = Vec::new();
        let end = driver.drive(|output| printed.push(output));
        let end = end.map_err(ending::cannot_go_on)?;

        let run = driver.run();
        let events = run.watch().map_or(&[][..], |watch| &watch.events);
        Ok(Told {
            ran: Ran::of(run, text(&printed)),
            trace: run.trace().clone(),
            choices: events.iter().map(|event| event.choice).collect(),
            printed,
            why: ending::explanation(run, end),
            divergence: run.divergence().cloned(),
        })
    }
}

fn text(printed: &[Output]) -> String {
    let bytes: Vec<u8> = printed.iter().flat_map(|one| one.bytes.clone()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
