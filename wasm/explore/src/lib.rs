//! Who runs next: pure.
//!
//! A [`Run`] is a simulated Unix and a [`Strategy`] that chooses, step by step, which process goes. A host has the
//! processes (instances of a WebAssembly module, each suspended at a call) and asks:
//!
//! 1. a process makes a call: [`Run::announce`];
//! 2. [`Run::next`] says who goes, or that the run is over;
//! 3. that process's call is performed with [`Run::perform`] in its own memory, and it runs on to its next call.
//!
//! Calls that are no steps of the run are answered at once by [`Run::ask`] and [`Run::wasi`]. Nothing here does input
//! or output, reads a clock or starts a thread: the same module with the same choices gives the same run, byte for
//! byte, on every host. The choices are written by [`Run::schedule`], the whole run by [`Run::trace`].
//!
//! ```
//! use forktalk_abi::wire::Call;
//! use forktalk_explore::{End, Next, Resumed, Run, Settings, strategy};
//! use forktalk_kernel::{Config, Position, Request};
//!
//! let mut run = Run::new(Settings {
//!     kernel: Config::default(),
//!     strategy: Box::new(strategy::Default),
//!     record: true,
//! });
//! // A host of one process, which makes a pipe and forgets that it holds the writing end itself.
//! let mut memory = [0; 64];
//! let read = Call::Read { fd: 3, address: 0, bytes: 8 };
//! for call in [Call::Pipe { out: 32 }, read] {
//!     let Next::Go(pid) = run.next() else { unreachable!() };
//!     assert_eq!(run.perform(pid, &mut memory[..]), Resumed::Answer(0));
//!     run.announce(pid, Request::Call(call), Position::default(), &memory[..]);
//! }
//! assert_eq!(run.next(), Next::Over(End::Deadlock));
//! let waits = &run.explain().unwrap().waiters[0];
//! assert!(waits.sentence.en.contains("it still holds a writing end itself (descriptor 4)"));
//! ```

#![forbid(unsafe_code)]

mod counts;
mod decide;
mod die;
mod event;
mod explore;
pub mod fault;
mod files;
mod order;
mod race;
mod record;
mod run;
pub mod schedule;
pub mod search;
mod shadow;
mod shrink;
mod states;
pub mod strategy;
mod tape;
pub mod trace;
mod verdict;
mod watch;

pub use counts::Counts;
pub use decide::{Decide, Moment, Share};
pub use event::Event;
pub use explore::{Exploration, Found, Over};
pub use fault::{Fault, Faults};
pub use order::Order;
pub use race::Study;
pub use run::{Next, Offers, Resumed, Run, STEP_LIMIT, Settings};
pub use schedule::{Choice, Departure, Divergence, Schedule};
pub use search::Search;
pub use shrink::Shrink;
pub use strategy::Strategy;
pub use trace::Trace;
pub use verdict::{End, Outcome, Ran, Trouble};
pub use watch::Watch;
