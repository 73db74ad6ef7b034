//! Which runs to make: what one run taught decides about the next.

mod alone;
mod by_chance;
mod dpor;
mod every_fault;
mod every_state;
mod preemption_bound;
mod state;
mod wakeup_tree;

pub use by_chance::{ByChance, Chance};
pub use dpor::{Dpor, fingerprint};
pub use every_fault::EveryFault;
pub use every_state::EveryState;
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

    /// How many states were seen, if this search tells states apart and not behaviours.
    fn states(&self) -> Option<u64> {
        None
    }
}

/// A run that is to be made.
pub struct Plan {
    /// Its seed.
    pub seed: u64,
    /// Who chooses.
    pub strategy: Box<dyn Strategy + Send>,
    /// What the search wants to know of it.
    pub wish: Wish,
}

/// What a search wants to know of a run.
pub enum Wish {
    /// How it ended.
    End,
    /// Its steps as well.
    Steps,
    /// Its races as well: whoever makes the run can look for them ([`Watch::study`]), or the search does it.
    Races(Arc<Study>),
    /// The states that it came through, and its steps, behind so many that are known.
    States(usize),
}

impl Wish {
    /// What is to watch the run, if it must be watched; in the memory of one that is not used any more.
    #[must_use]
    pub fn watch(&self, spare: impl FnOnce() -> Box<Watch>) -> Option<Box<Watch>> {
        let mut watch = match self {
            Wish::End => return None,
            _ => spare(),
        };
        watch.note_states(match self {
            Wish::States(known) => Some(*known),
            _ => None,
        });
        Some(watch)
    }
}

impl Plan {
    /// A run that was made, again.
    #[must_use]
    pub fn again(schedule: &Schedule) -> Plan {
        Plan {
            seed: schedule.seed,
            strategy: replaying(schedule),
            wish: Wish::End,
        }
    }
}
