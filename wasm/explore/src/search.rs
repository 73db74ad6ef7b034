//! Which runs to make: what one run taught decides about the next.

mod by_chance;
mod dpor;
mod every_fault;
mod preemption_bound;
mod state;
mod wakeup_tree;

pub use by_chance::{ByChance, Chance};
pub use dpor::{Dpor, fingerprint};
pub use every_fault::EveryFault;
pub use preemption_bound::PreemptionBound;

use crate::race::Study;
use crate::schedule::Schedule;
use crate::strategy::{Strategy, replaying};
use crate::verdict::Ran;
use crate::watch::Watch;
use std::sync::Arc;

/// Plans runs.
pub trait Search: Send {
    /// The next run. Nothing: a run that is under way must be over first, or there are no more.
    fn plan(&mut self) -> Option<Plan>;

    /// A planned run is over, the first of those that are under way; what was seen of it, if it was to be watched.
    fn learn(&mut self, ran: &Ran, watch: Option<&Watch>);

    /// Whether everything was seen that this search looks for.
    fn is_exhausted(&self) -> bool;

    /// How many runs showed what others show too, as far as this search knows.
    fn repeated(&self) -> u64 {
        0
    }
}

/// A run that is to be made.
pub struct Plan {
    /// Its seed.
    pub seed: u64,
    /// Who chooses.
    pub strategy: Box<dyn Strategy + Send>,
    /// Whether it is to be watched.
    pub watch: bool,
    /// What is to be found out then ([`Watch::study`]), or the search does it itself.
    pub study: Option<Arc<Study>>,
}

impl Plan {
    /// A run that was made, again.
    #[must_use]
    pub fn again(schedule: &Schedule) -> Plan {
        Plan {
            seed: schedule.seed,
            strategy: replaying(schedule),
            watch: false,
            study: None,
        }
    }
}
