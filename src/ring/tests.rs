//! The ring against a plain queue, and under loom.

mod heap;
mod loomed;
mod model;
