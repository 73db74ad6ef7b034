//! What the runners of the shared suite share: the allowed outcomes, and how a program is run with a deadline.
//!
//! The programs are in `forktalk-programs`; a runner is a file beside this folder, one for each host. It makes its tests
//! with [`tests_for!`], which goes over the whole list, and hands what it observed to [`Outcomes::check`].

#![forbid(unsafe_code)]

mod deadline;
mod group;
mod in_chromium;
mod interleaving;
mod outcome;
mod simulated;
mod tests_for;
mod under_wasmtime;

pub use deadline::{Overdue, run};
pub use group::Group;
pub use in_chromium::{Run, traces_in_chromium};
pub use outcome::{Observed, Outcomes, Status, outcomes_of};
pub use simulated::{built, observed, step_of_no_program};
pub use under_wasmtime::trace_under_wasmtime;
