//! Making the runs of an exploration, on all processors.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

use forktalk_explore::search::{Plan, Wish};
use forktalk_explore::{Faults, Ran, Settings, Watch};
use forktalk_kernel::Config;

use crate::drive::Driver;
use crate::program::Program;

/// So many runs are planned at a time. The same with any number of workers, so that the result is, too.
pub const BATCH: usize = 256;

/// What is to be run, and how.
#[derive(Clone)]
pub struct Job {
    /// The program.
    pub program: Arc<Program>,
    /// The simulated Unix.
    pub kernel: Config,
    /// How many faults a run may have.
    pub faults: Faults,
    /// The most steps of a run.
    pub step_limit: u32,
}

/// A run that is over, and what was seen of it.
pub type Report = wasmtime::Result<(Ran, Option<Box<Watch>>)>;

/// Makes planned runs, one after the other.
pub struct Worker {
    driver: Driver,
    #[allow(clippy::vec_box, reason = "the box is what is used again")]
    spare: Vec<Box<Watch>>,
}

impl Worker {
    /// For runs of this job.
    #[must_use]
    pub fn new(job: &Job) -> Worker {
        let settings = Settings {
            kernel: job.kernel.clone(),
            strategy: Box::new(forktalk_explore::strategy::Default),
            record: false,
        };
        let mut driver = Driver::new(&job.program, settings);
        driver.run_mut().set_step_limit(job.step_limit);
        driver.run_mut().set_faults(job.faults);
        let spare = Vec::new();
        Worker { driver, spare }
    }

    /// Makes a run.
    ///
    /// # Errors
    ///
    /// As [`Driver::drive`].
    pub fn run(&mut self, plan: Plan) -> Report {
        let spare = || self.spare.pop().unwrap_or_default();
        let watch = plan.wish.watch(spare);
        self.driver.run_mut().set_watch(watch);
        self.driver.reset(plan.seed, Some(plan.strategy));
        let mut printed = Vec::new();
        self.driver.drive(|output| printed.extend(output.bytes))?;
        let output = match String::from_utf8(printed) {
            Ok(text) => text,
            Err(bytes) => String::from_utf8_lossy(bytes.as_bytes()).into_owned(),
        };
        let ran = Ran::of(self.driver.run(), output);
        let mut watch = self.driver.run_mut().take_watch();
        if let (Some(watch), Wish::Races(study)) = (&mut watch, plan.wish) {
            watch.study(&study);
        }
        Ok((ran, watch))
    }

    /// Takes back what was seen of a run, for its memory.
    pub fn give_back(&mut self, watch: Box<Watch>) {
        self.spare.push(watch);
    }
}

/// Several workers.
pub struct Workers<'scope> {
    lanes: Vec<Lane<'scope>>,
    own: Worker,
}

struct Lane<'scope> {
    plans: Option<Sender<Vec<Plan>>>,
    reports: Receiver<Vec<Report>>,
    thread: Option<ScopedJoinHandle<'scope, ()>>,
}

impl<'scope> Workers<'scope> {
    /// So many, this thread being one of them.
    pub fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        job: &Job,
        jobs: usize,
    ) -> Workers<'scope> {
        let lanes = (1..jobs).map(|_| Lane::start(scope, job.clone()));
        Workers {
            lanes: lanes.collect(),
            own: Worker::new(job),
        }
    }

    /// Makes these runs; their reports in the same order.
    pub fn run(&mut self, plans: Vec<Plan>) -> Vec<Report> {
        let share = plans.len().div_ceil(self.lanes.len() + 1);
        let mut plans = plans.into_iter();
        let own: Vec<Plan> = plans.by_ref().take(share).collect();
        let mut busy = 0;
        for lane in &self.lanes {
            let shared: Vec<Plan> = plans.by_ref().take(share).collect();
            let sender = lane.plans.as_ref().filter(|_| !shared.is_empty());
            if let Some(sender) = sender
                && sender.send(shared).is_ok()
            {
                busy += 1;
            }
        }
        let mut reports: Vec<Report> = own.into_iter().map(|plan| self.own.run(plan)).collect();
        for lane in self.lanes.iter().take(busy) {
            reports.extend(lane.reports.recv().into_iter().flatten());
        }
        reports
    }

    /// Takes back what was seen of a run.
    pub fn give_back(&mut self, watch: Option<Box<Watch>>) {
        if let Some(watch) = watch.filter(|_| self.own.spare.len() < BATCH) {
            self.own.give_back(watch);
        }
    }
}

impl<'scope> Lane<'scope> {
    fn start<'env>(scope: &'scope Scope<'scope, 'env>, job: Job) -> Lane<'scope> {
        let (plans, planned) = channel::<Vec<Plan>>();
        let (report, reports) = channel();
        let thread = scope.spawn(move || {
            let mut worker = Worker::new(&job);
            while let Ok(plans) = planned.recv() {
                let made = plans.into_iter().map(|plan| worker.run(plan)).collect();
                if report.send(made).is_err() {
                    break;
                }
            }
        });
        Lane {
            plans: Some(plans),
            reports,
            thread: Some(thread),
        }
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.plans = None;
        if let Some(thread) = self.thread.take() {
            // A panic of a worker was reported on standard error.
            let _ = thread.join();
        }
    }
}
