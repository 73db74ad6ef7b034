//! The command `forktalk`.
fn main() {}
