//! Which runs to make: what one run taught decides about the next.

mod brute_force;
mod dpor;
mod wakeup_tree;

pub use brute_force::BruteForce;
pub use dpor::{Dpor, fingerprint};

use crate::strategy::Strategy;
use crate::watch::Watch;

/// Plans runs.
pub trait Search: Send {
    /// The next run. Nothing: a run that is under way must be over first, or the search is exhausted.
    fn plan(&mut self) -> Option<Plan>;

    /// A planned run is over; what was seen of it, if it was to be watched.
    fn learn(&mut self, watch: Option<&Watch>);

    /// Whether everything was seen that this search looks for.
    fn is_exhausted(&self) -> bool;
}

/// A run that is to be made.
pub struct Plan {
    /// Its seed.
    pub seed: u64,
    /// Who chooses.
    pub strategy: Box<dyn Strategy + Send>,
    /// Whether it is to be watched.
    pub watch: bool,
}
