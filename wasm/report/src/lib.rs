//! A run, told: in the terminal as a [`table()`] and as a [`diagram()`], for other tools as a [`mermaid()`] text and as a
//! [`chrome_trace()`], a single moment of it as a [`state()`].
//!
//! What they all need, who was there and what passed between whom, is made from a trace in `story.rs`; the words of a
//! step that fit into a picture are in `label.rs`, what passed in `arrow.rs`.

#![forbid(unsafe_code)]

mod arrow;
mod chrome_trace;
mod diagram;
mod fit;
mod label;
mod mermaid;
mod state;
mod story;
mod table;

pub use chrome_trace::chrome_trace;
pub use diagram::diagram;
pub use mermaid::mermaid;
pub use state::state;
pub use table::table;
