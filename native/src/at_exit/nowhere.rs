//! Where the system does not say with which code a process ends by `exit(3)`, nothing is done.

pub(crate) fn call(_: fn(i32)) {}
