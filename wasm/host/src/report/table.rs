//! The run as a table: a row a step, with its sentence.

use std::fmt::Write as _;

use forktalk_explore::trace::Trace;

/// One line for each step: its number, the process, file and line, and the sentence.
#[must_use]
pub fn table(trace: &Trace) -> String {
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let who_width = width(&mut trace.steps.iter().map(|step| who(step).chars().count()));
    let place_width = width(&mut trace.steps.iter().map(|step| place(step).chars().count()));
    let mut table = String::new();
    for step in &trace.steps {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:>5}  {:who_width$}  {:place_width$}  {}",
            step.step,
            who(step),
            place(step),
            step.sentence.en
        );
    }
    table
}

fn who(step: &forktalk_explore::trace::Step) -> String {
    format!("{} ({})", step.process, step.pid)
}

/// The file's own name and the line: the whole path would fill the row.
fn place(step: &forktalk_explore::trace::Step) -> String {
    match &step.file {
        Some(file) => format!("{}:{}", file.rsplit('/').next().unwrap_or(file), step.line),
        None => String::new(),
    }
}
