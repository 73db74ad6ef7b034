//! A failing run: made as short as it can be, with the step that decided it.

use forktalk_abi::Pid;
use forktalk_explore::schedule::Act;
use forktalk_explore::{Choice, Decide, Moment, Ran, Schedule, Search, Share, Shrink};
use forktalk_host::{Job, Worker};

use super::told::Told;
use crate::ending;

/// So many runs are made for each step that may be the deciding one.
const RUNS_A_STEP: u64 = 2000;

/// A failing run, understood.
pub(crate) struct Failure {
    /// The run.
    pub(crate) told: Told,
    /// Nothing if the run is a failure only because somebody said so: the search is for a run without failures.
    moment: Option<Moment>,
}

impl Failure {
    /// Makes a failing run as short as it can be, and looks for the step that decided it.
    pub(crate) fn understand(job: &Job, ran: &Ran) -> Result<Failure, String> {
        let mut worker = Worker::new(job);
        let mut shrink = Shrink::new(ran.clone());
        drive(&mut worker, &mut shrink)?;
        let told = Told::of(job, &shrink.best().schedule)?;
        if told.ran.outcome.is_well() {
            return Ok(Failure { told, moment: None });
        }
        let choices = told.choices.clone();
        let mut decide = Decide::new(job.kernel.clone(), choices, RUNS_A_STEP);
        drive(&mut worker, &mut decide)?;
        let moment = Some(decide.moment());
        Ok(Failure { told, moment })
    }

    /// The deciding moment in words; `replay` is the command that shows a run again.
    pub(crate) fn moment(&self, replay: impl Fn(&Schedule) -> String) -> String {
        let Some(moment) = &self.moment else {
            return String::new();
        };
        match moment {
            Moment::Never => {
                "No order of the steps ends well: the mistake is in the program, not in the order.\n".to_owned()
            }
            Moment::Unknown(runs) => {
                format!("Which step decides is not known: {runs} runs were tried, none of which ended well, and there are more.\n")
            }
            Moment::Step {
                step,
                chosen,
                instead,
                well,
                share,
            } => {
                let mut steps = self.told.trace.steps.iter();
                let sentence = steps.find(|one| one.step == *step);
                let sentence = sentence.map_or("", |step| step.sentence.en.as_str());
                let otherwise = self.otherwise(*step, *chosen, *instead);
                let certain = match share {
                    None => String::new(),
                    Some(Share { well, of }) => format!(
                        "That is likely, not certain: from before it {well} of {of} runs by chance ended well, from behind it none.\n"
                    ),
                };
                format!(
                    "The deciding moment is step {step}: {sentence}\n{otherwise} it could have ended well: {}\n{certain}",
                    replay(&well.schedule)
                )
            }
        }
    }

    /// What else would have had to happen at the deciding step.
    fn otherwise(&self, step: u32, chosen: Choice, instead: Option<Choice>) -> String {
        match instead {
            Some(choice) if choice.act == Act::Go && choice.pid != chosen.pid => {
                format!("Had {} gone first at step {step},", self.name(choice.pid))
            }
            _ => format!("Without what happens at step {step}"),
        }
    }

    fn name(&self, pid: Pid) -> String {
        let mut steps = self.told.trace.steps.iter();
        match steps.find(|step| step.pid == pid.0) {
            Some(step) => format!("{} ({pid})", step.process),
            None => format!("process {pid}"),
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
