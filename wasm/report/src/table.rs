//! The run as a table: a row a step, with its sentence.

use std::fmt::Write as _;

use forktalk_explore::trace::{Step, Trace};

use super::story::place;

/// One line for each step: its number, the process, file and line, and the sentence.
#[must_use]
pub fn table(trace: &Trace) -> String {
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let who_width = width(&mut trace.steps.iter().map(|step| who(step).chars().count()));
    let place_width = width(
        &mut trace
            .steps
            .iter()
            .map(|step| place(step.file.as_deref(), step.line).chars().count()),
    );
    let mut table = String::new();
    for step in &trace.steps {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:>5}  {:who_width$}  {:place_width$}  {}",
            step.step,
            who(step),
            place(step.file.as_deref(), step.line),
            step.sentence.en
        );
    }
    table
}

fn who(step: &Step) -> String {
    format!("{} ({})", step.process, step.pid)
}
