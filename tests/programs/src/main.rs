//! The shared suite.
fn main() {}
