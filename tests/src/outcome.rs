//! The allowed outcomes of a program, `tests/outcomes/<path>.txt`.
//!
//! ```text
//! exit 0                 how the first process ends: `exit <code>`, `signal <number>`, or `deadlock`
//! stderr: panicked at    any number of these: standard error contains it; with none, nothing is written there
//!                        an empty line; after it, standard output
//! the parent begins      a line, as it is
//! [0..1000]              the lines 0 to 999
//!   a| first             lines of a track: in order among themselves; two tracks interleave in any way
//!   b| other
//!   *| alone             a track of its own: anywhere among its neighbours
//! the parent ends        what is on no track parts what stands before it from what stands after
//! === or                 another outcome that is allowed too
//! ```

use std::fmt;
use std::path::Path;

use forktalk_programs::Program;

use crate::interleaving::{Section, matches};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The first process exited with this code.
    Exited(i32),
    /// A signal ended the first process.
    Signaled(i32),
    /// Nobody could go on.
    Deadlocked,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Exited(code) => write!(f, "exit {code}"),
            Status::Signaled(signal) => write!(f, "signal {signal}"),
            Status::Deadlocked => f.write_str("deadlock"),
        }
    }
}

/// What a runner saw of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// How it ended.
    pub status: Status,
    /// All that the processes wrote to standard output, in the order of the writes.
    pub stdout: String,
    /// The same of standard error.
    pub stderr: String,
}

/// The outcomes that are allowed; there is at least one.
#[derive(Clone, Debug)]
pub struct Outcomes {
    path: String,
    allowed: Vec<Outcome>,
}

#[derive(Clone, Debug)]
struct Outcome {
    status: Status,
    stderr: Vec<String>,
    stdout: Vec<Section>,
}

/// Reads the outcomes of a program from its file; panics with the path if it is missing or cannot be read.
#[must_use]
pub fn outcomes_of(program: &Program) -> Outcomes {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("outcomes")
        .join(program.path)
        .with_extension("txt");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Outcomes::parse(program.path, &text)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

impl Outcomes {
    /// Reads the format above.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong in it.
    pub fn parse(path: &str, text: &str) -> Result<Outcomes, String> {
        let allowed = text
            .split("=== or\n")
            .map(Outcome::parse)
            .collect::<Result<_, _>>()?;
        Ok(Outcomes {
            path: path.to_string(),
            allowed,
        })
    }

    /// How a run may end.
    #[must_use]
    pub fn statuses(&self) -> Vec<Status> {
        self.allowed.iter().map(|outcome| outcome.status).collect()
    }

    /// Which of them was seen: hosts agree when they bring about the same ones, in whatever interleaving.
    #[must_use]
    pub fn which(&self, seen: &Observed) -> Option<usize> {
        self.allowed
            .iter()
            .position(|outcome| outcome.differs(seen).is_none())
    }

    /// Whether what was seen is one of them.
    ///
    /// # Errors
    ///
    /// A text for people: what was seen, and for each allowed outcome what differs.
    pub fn check(&self, seen: &Observed) -> Result<(), String> {
        let mut report = format!(
            "{}: this outcome is not allowed: {}\n--- standard output\n{}--- standard error\n{}",
            self.path, seen.status, seen.stdout, seen.stderr
        );
        for (number, outcome) in self.allowed.iter().enumerate() {
            match outcome.differs(seen) {
                None => return Ok(()),
                Some(difference) => {
                    report += &format!("--- outcome {}: {difference}\n", number + 1);
                }
            }
        }
        Err(report)
    }
}

impl Outcome {
    fn parse(text: &str) -> Result<Outcome, String> {
        let (head, stdout) = text
            .split_once("\n\n")
            .unwrap_or((text.trim_end_matches('\n'), ""));
        let mut head = head.lines();
        let status = parse_status(head.next().unwrap_or_default())?;
        let stderr = head
            .map(|line| {
                let text = line.strip_prefix("stderr: ");
                text.map(str::to_string)
                    .ok_or_else(|| format!("not understood: {line}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Outcome {
            status,
            stderr,
            stdout: Section::parse(stdout)?,
        })
    }

    fn differs(&self, seen: &Observed) -> Option<String> {
        if self.status != seen.status {
            return Some(format!("the status should be {}", self.status));
        }
        if self.stderr.is_empty() && !seen.stderr.is_empty() {
            return Some("standard error should be empty".to_string());
        }
        let missing = self.stderr.iter().find(|text| !seen.stderr.contains(*text));
        if let Some(text) = missing {
            return Some(format!("standard error should contain {text:?}"));
        }
        matches(&self.stdout, &seen.stdout).err()
    }
}

fn parse_status(line: &str) -> Result<Status, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("no number: {line}"));
    match line.split_once(' ') {
        Some(("exit", code)) => Ok(Status::Exited(number(code)?)),
        Some(("signal", signal)) => Ok(Status::Signaled(number(signal)?)),
        None if line == "deadlock" => Ok(Status::Deadlocked),
        _ => Err(format!("not a status: {line:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(status: Status, stdout: &str, stderr: &str) -> Observed {
        Observed {
            status,
            stdout: stdout.to_string(),
            stderr: stderr.to_string(),
        }
    }

    fn check(text: &str, seen: &Observed) -> bool {
        Outcomes::parse("a/b", text).unwrap().check(seen).is_ok()
    }

    #[test]
    fn status_and_output_must_both_be_right() {
        let text = "exit 0\n\nhello\n";
        assert!(check(text, &seen(Status::Exited(0), "hello\n", "")));
        assert!(!check(text, &seen(Status::Exited(1), "hello\n", "")));
        assert!(!check(text, &seen(Status::Deadlocked, "hello\n", "")));
        assert!(!check(text, &seen(Status::Exited(0), "hallo\n", "")));
        assert!(!check(text, &seen(Status::Exited(0), "", "")));
    }

    #[test]
    fn standard_error_is_empty_unless_an_outcome_speaks_of_it() {
        let text = "exit 101\nstderr: panicked at\n";
        assert!(check(
            text,
            &seen(Status::Exited(101), "", "x panicked at y")
        ));
        assert!(!check(text, &seen(Status::Exited(101), "", "")));
        assert!(!check("exit 0\n", &seen(Status::Exited(0), "", "oh")));
    }

    #[test]
    fn any_of_several_outcomes_will_do() {
        let text = "exit 0\n\na\n=== or\ndeadlock\n\nb\n";
        assert!(check(text, &seen(Status::Exited(0), "a\n", "")));
        assert!(check(text, &seen(Status::Deadlocked, "b\n", "")));
        assert!(!check(text, &seen(Status::Deadlocked, "a\n", "")));
        let outcomes = Outcomes::parse("a/b", text).unwrap();
        assert_eq!(
            outcomes.which(&seen(Status::Deadlocked, "b\n", "")),
            Some(1)
        );
    }

    #[test]
    fn a_file_with_a_slip_in_it_is_refused() {
        assert!(Outcomes::parse("a/b", "exit\n").is_err());
        assert!(Outcomes::parse("a/b", "exit 0\nstdout: x\n").is_err());
        assert!(Outcomes::parse("a/b", "exit 0\n\n[3..x]\n").is_err());
    }
}
