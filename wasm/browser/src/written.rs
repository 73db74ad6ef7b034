//! The trace, line by line while it grows.

use forktalk_explore::Trace;
use serde::Serialize;

/// How much of the trace was handed out.
#[derive(Default)]
pub(crate) struct Written {
    header: bool,
    start: bool,
    steps: usize,
    end: bool,
}

impl Written {
    /// The lines that came since; all of them together are what `forktalk run --trace` writes, but for the header,
    /// which names the schedule only once the run is over.
    pub(crate) fn more(&mut self, trace: &Trace) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.header {
            self.header = true;
            lines.push(line(&trace.header));
        }
        if !self.start && !trace.start.view.processes.is_empty() {
            self.start = true;
            lines.push(line(&trace.start));
        }
        lines.extend(trace.steps[self.steps..].iter().map(line));
        self.steps = trace.steps.len();
        if let (false, Some(end)) = (self.end, &trace.end) {
            self.end = true;
            lines.push(line(end));
        }
        lines
    }
}

/// A value of the trace as the format has it.
pub(crate) fn line(value: &impl Serialize) -> String {
    // Plain data with string keys: there is nothing that could fail to become JSON.
    serde_json::to_string(value).expect("a trace's line is plain data")
}
