//! What is being measured, for those who wait.

use std::io::{IsTerminal, Write, stderr};

/// A line that the next one replaces; where lines are kept, only now and then one.
pub(crate) fn show(done: usize, total: usize, what: &str) {
    let mut stderr = stderr();
    // Nobody reads a progress line that cannot be written.
    let _ = if stderr.is_terminal() {
        write!(stderr, "\r\x1b[K{done}/{total} {what}")
    } else if done % 25 == 1 || done == total {
        writeln!(stderr, "{done}/{total} {what}")
    } else {
        Ok(())
    };
}

pub(crate) fn clear() {
    if stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}
