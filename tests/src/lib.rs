//! What the runners of the shared suite share: the allowed outcomes, and how a program is run with a deadline.
//!
//! The programs are in `forktalk-programs`; a runner is a file beside this folder, one for each host. It makes its tests
//! with [`tests_for!`], which goes over the whole list, and hands what it observed to [`Outcomes::check`].

#![forbid(unsafe_code)]

mod deadline;
mod group;
mod interleaving;
mod outcome;
mod tests_for;

pub use deadline::{Overdue, run};
pub use group::Group;
pub use outcome::{Observed, Outcomes, Status, outcomes_of};
