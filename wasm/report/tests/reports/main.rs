//! Runs, told: what a person sees of who sent what to whom, and why it hangs.

mod chrome;
mod diagrams;
#[allow(
    dead_code,
    reason = "these stories need only some of what guests can do"
)]
#[path = "../../../explore/tests/stories/guests.rs"]
mod guests;
mod moments;
mod stories;
mod texts;
