//! What the page asks for, as a run.

use forktalk_explore::strategy::{Default as RunOn, Random, Replay, RoundRobin};
use forktalk_explore::{Run, Schedule, Settings, Strategy};
use forktalk_kernel::{Config, Profile, Stepping};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsError;

/// `RunRequest` of web/src/worker/messages.ts, without the module; and whether to write the run down.
#[derive(Default, Deserialize)]
pub(crate) struct RunRequest {
    program: String,
    name: Option<String>,
    arguments: Vec<String>,
    seed: Option<u64>,
    schedule: Option<String>,
    strategy: String,
    record: bool,
}

impl RunRequest {
    /// The run that is asked for, at its beginning.
    pub(crate) fn run(&self, module: &str) -> Result<Run, JsError> {
        let schedule: Option<Schedule> = self.schedule.as_deref().map(str::parse).transpose()?;
        let (profile, stepping, seed) = match &schedule {
            Some(schedule) => (schedule.profile, schedule.stepping, schedule.seed),
            None => (Profile::Linux, Stepping::Coarse, self.seed.unwrap_or(0)),
        };
        let strategy: Box<dyn Strategy + Send> = match (&schedule, self.strategy.as_str()) {
            (Some(schedule), _) => Box::new(Replay::new(schedule)),
            (None, "random") => Box::new(Random::new()),
            (None, "round-robin") => Box::new(RoundRobin),
            (None, _) => Box::new(RunOn),
        };
        let own_name = [PROGRAMS_NAME, &self.program]
            .into_iter()
            .map(str::to_owned);
        let mut run = Run::new(Settings {
            kernel: Config {
                profile,
                stepping,
                seed,
                arguments: own_name.chain(self.arguments.iter().cloned()).collect(),
                ..Config::default()
            },
            strategy,
            record: self.record,
        });
        run.describe(self.name.as_ref().unwrap_or(&self.program), module);
        Ok(run)
    }
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
