//! What is printed of a run: by its processes while it goes, and the story of it afterwards.

use std::io::{self, Write};

use forktalk_explore::Trace;
use forktalk_kernel::{Output, Stream};
use forktalk_report as report;

/// How wide a story is that is told to nobody knows whom.
const WIDTH: usize = 100;

/// Hands on what processes print.
#[derive(Default)]
pub(crate) struct Printer {
    label: bool,
    quiet: bool,
    no_stdout: bool,
    /// The process whose line is not at its end yet.
    open: Option<String>,
}

impl Printer {
    /// Begins each line with the process that printed it.
    pub(crate) fn label(self, label: bool) -> Printer {
        Printer { label, ..self }
    }

    /// Prints nothing.
    pub(crate) fn quiet(self, quiet: bool) -> Printer {
        Printer { quiet, ..self }
    }

    /// Prints nothing to standard output, which is for something else.
    pub(crate) fn no_stdout(self, no_stdout: bool) -> Printer {
        Printer { no_stdout, ..self }
    }

    pub(crate) fn print(&mut self, output: &Output) {
        if self.quiet {
            return;
        }
        // If our own output is closed there is nobody to be told.
        let _ = match output.stream {
            Stream::Stdout if self.no_stdout => Ok(()),
            Stream::Stdout => self.write(&mut io::stdout().lock(), output),
            Stream::Stderr => self.write(&mut io::stderr().lock(), output),
        };
    }

    fn write(&mut self, target: &mut dyn Write, output: &Output) -> io::Result<()> {
        if !self.label {
            target.write_all(&output.bytes)?;
            return target.flush();
        }
        let who = format!("{} ({})", output.name, output.pid);
        for line in output.bytes.split_inclusive(|byte| *byte == b'\n') {
            match self.open.as_deref() {
                Some(open) if open == who => {}
                Some(_) => write!(target, "\n{who} │ ")?,
                None => write!(target, "{who} │ ")?,
            }
            target.write_all(line)?;
            self.open = (!line.ends_with(b"\n")).then(|| who.clone());
        }
        target.flush()
    }

    pub(crate) fn finish(&mut self) {
        if self.open.take().is_some() {
            say("\n");
        }
    }
}

/// Tells a run twice, see [`story`].
pub(crate) fn tell(trace: &Trace) {
    say(&story(trace));
}

/// A run, told twice: as a table, and as a diagram as wide as the terminal.
pub(crate) fn story(trace: &Trace) -> String {
    let diagram = report::diagram(trace, width());
    format!("{}\n{diagram}", report::table(trace))
}

/// Tells a run as a table.
pub(crate) fn tell_table(trace: &Trace) {
    say(&report::table(trace));
}

/// Prints to standard output; if that is closed, nobody wants to know.
pub(crate) fn say(text: &str) {
    let mut target = io::stdout().lock();
    let _ = target
        .write_all(text.as_bytes())
        .and_then(|()| target.flush());
}

/// So many of these: "1 run", "2 runs".
pub(crate) fn counted(number: u64, what: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {what}{many}")
}

/// As `COLUMNS` says, or else the terminal.
fn width() -> usize {
    let said = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(seen).unwrap_or(WIDTH)
}
