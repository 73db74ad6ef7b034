//! What a run tells of itself.

use super::{Offers, Run};
use crate::fault::Faults;
use crate::schedule::{Divergence, Schedule};
use crate::trace::Trace;
use crate::verdict::End;
use crate::watch::Watch;
use forktalk_abi::{ExitStatus, Pid};
use forktalk_kernel::deadlock::Deadlock;
use forktalk_kernel::view::View;

impl Run {
    /// How the run ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// How the root process ended, if it has.
    #[must_use]
    pub fn status(&self) -> Option<ExitStatus> {
        self.kernel.status(Pid(1))
    }

    /// How many steps were taken.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.step
    }

    /// How many faults of each kind there were.
    #[must_use]
    pub fn faults_used(&self) -> Faults {
        self.faults_used
    }

    /// The choices so far.
    #[must_use]
    pub fn choices(&self) -> Schedule {
        Schedule {
            profile: self.profile,
            stepping: self.stepping,
            seed: self.seed,
            departures: self.departures.clone(),
        }
    }

    /// The choices so far, as a string that replays them.
    #[must_use]
    pub fn schedule(&self) -> String {
        self.choices().to_string()
    }

    /// All processes that ever were, by number, each with how it ended, if it has.
    pub fn statuses(&self) -> impl Iterator<Item = (Pid, Option<ExitStatus>)> {
        self.kernel.statuses()
    }

    /// How many processes went on when the root ended.
    #[must_use]
    pub fn left_behind(&self) -> u32 {
        self.kernel.left_behind()
    }

    /// How many pipes, directions of channels and queues were lost with something in them that was never received.
    #[must_use]
    pub fn unreceived(&self) -> u32 {
        self.kernel.unreceived()
    }

    /// What was noted of the run, if it was watched.
    #[must_use]
    pub fn watch(&self) -> Option<&Watch> {
        self.watch.as_deref()
    }

    /// What could have been chosen, if that was noted.
    #[must_use]
    pub fn offers(&self) -> Option<&Offers> {
        self.offers.as_deref()
    }

    /// How the run went otherwise than its strategy meant it to: known once it is over.
    #[must_use]
    pub fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    /// What was written down; nothing if the run is not recorded.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        static NOTHING: std::sync::LazyLock<Trace> = std::sync::LazyLock::new(Trace::default);
        self.recorder
            .as_ref()
            .map_or(&NOTHING, |recorder| recorder.trace())
    }

    /// The picture of the state as it is now.
    #[must_use]
    pub fn view(&self) -> View {
        self.kernel.view(self.files.names())
    }

    /// Why nobody can go on, if the run ended so.
    #[must_use]
    pub fn explain(&self) -> Option<Deadlock> {
        (self.end == Some(End::Deadlock)).then(|| self.kernel.explain(self.files.names()))
    }
}
