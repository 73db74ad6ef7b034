//! What the page asks for, as a run.

use forktalk_explore::strategy::{Default as RunOn, Interactive, Random, Replay, RoundRobin};
use forktalk_explore::{Choice, Run, Schedule, Settings, Strategy};
use forktalk_kernel::{Config, Profile, Stepping};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsError;

/// `RunRequest` of web/src/worker/messages.ts, without the module; and what of the run to write down.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RunRequest {
    /// Which of the page's programs; empty for a visitor's own module.
    program: String,
    name: Option<String>,
    arguments: Vec<String>,
    seed: Option<u64>,
    schedule: Option<String>,
    /// Whether what does not fit of the schedule is passed over.
    where_it_fits: bool,
    /// The choices of the first steps, one after the other; the default policy goes on.
    choices: Option<String>,
    strategy: String,
    pub(crate) record: bool,
    /// The one step that is to be written down, if not all are.
    only: Option<u32>,
    /// The first step that is to be written down, if not all are: the page has those before.
    from: Option<u32>,
}

impl RunRequest {
    /// The run that is asked for, at its beginning.
    pub(crate) fn run(&self, module: &str) -> Result<Run, JsError> {
        let schedule = self.schedule()?;
        let mut run = Run::new(Settings {
            kernel: self.kernel(schedule.as_ref()),
            strategy: self.strategy(schedule.as_ref())?,
            record: self.record,
        });
        run.describe(self.name.as_ref().unwrap_or(&self.program), module);
        match (self.only, self.from) {
            (Some(step), _) => run.record_only(step, step),
            (None, Some(first)) => run.record_only(first, u32::MAX),
            (None, None) => {}
        }
        Ok(run)
    }

    /// Whether the page steers by the run: it asks what could have been chosen.
    pub(crate) fn is_steered(&self) -> bool {
        self.record && self.only.is_none()
    }

    /// The schedule that is to be followed, or from which the simulated Unix is to be taken.
    pub(crate) fn schedule(&self) -> Result<Option<Schedule>, JsError> {
        Ok(self.schedule.as_deref().map(str::parse).transpose()?)
    }

    /// The simulated Unix that is asked for.
    pub(crate) fn kernel(&self, schedule: Option<&Schedule>) -> Config {
        let (profile, stepping, seed) = match schedule {
            Some(schedule) => (schedule.profile, schedule.stepping, schedule.seed),
            None => (Profile::Linux, Stepping::Coarse, self.seed.unwrap_or(0)),
        };
        let own_name = match (self.program.as_str(), &self.name) {
            ("", name) => vec![name.clone().unwrap_or_default()],
            (program, _) => vec![PROGRAMS_NAME.to_owned(), program.to_owned()],
        };
        Config {
            profile,
            stepping,
            seed,
            arguments: own_name
                .into_iter()
                .chain(self.arguments.iter().cloned())
                .collect(),
            ..Config::default()
        }
    }

    fn strategy(&self, schedule: Option<&Schedule>) -> Result<Box<dyn Strategy + Send>, JsError> {
        if let Some(choices) = &self.choices {
            return Ok(Box::new(Interactive::new(choices_of(choices)?)));
        }
        Ok(match (schedule, self.strategy.as_str()) {
            (Some(schedule), _) if self.where_it_fits => Box::new(Replay::where_it_fits(schedule)),
            (Some(schedule), _) => Box::new(Replay::new(schedule)),
            (None, "random") => Box::new(Random::new()),
            (None, "round-robin") => Box::new(RoundRobin),
            (None, _) => Box::new(RunOn),
        })
    }
}

/// Reads choices, written one after the other.
pub(crate) fn choices_of(text: &str) -> Result<Vec<Choice>, JsError> {
    let choices = text.split_ascii_whitespace().map(str::parse);
    Ok(choices.collect::<Result<_, _>>()?)
}

/// What a guest finds as its own name, before its arguments.
const PROGRAMS_NAME: &str = "programs";

/// The SHA-256 of these bytes, in hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
