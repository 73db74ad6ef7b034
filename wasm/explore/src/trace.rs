//! A run, written down: JSON Lines, format version 1.
//!
//! Each line is one JSON object. The order of the fields is fixed, so that the same run gives the same bytes on every
//! host. The lines, in order:
//!
//! **The header**, [`Header`]: what is needed to make the run again.
//!
//! ```json
//! {"forktalk":"trace","version":1,"program":"pipe/forgotten_close","module":"<sha-256, hex>","arguments":["…"],
//!  "seed":7,"strategy":"random","profile":"linux","schedule":"1-linux-7_1.7.2"}
//! ```
//!
//! A run that was recorded natively has `native` there too ([`Native`]), the strategy `native` and no schedule.
//!
//! **The start**, [`Start`]: the whole view before the first step.
//!
//! ```json
//! {"step":0,"view":{"processes":{"1":{…}},"objects":{}}}
//! ```
//!
//! **A line for each step**, [`Step`], numbered from 1: what was chosen (`go`, `timeout`, `kill`, `fail`, `interrupt`,
//! `stop`), for which process, its call (`begin` for the start of a process), what it answered (nothing for a call that
//! does not return; negative numbers are error numbers), where the program made it (`null` and 0 if unknown), the
//! virtual clock after it, the sentence, what was printed (only then), and of the view only the entries that changed; an
//! entry that is `null` is gone. `grant` stands there only if a number of bytes was chosen.
//!
//! ```json
//! {"step":5,"choice":"go","pid":1,"process":"main","call":"fork","answer":2,"file":"src/main.rs","line":9,"now_ns":0,
//!  "sentence":{"en":"…","zh":"…"},"output":{"stream":"stdout","text":"…"},"view":{"processes":{"2":{…}}}}
//! ```
//!
//! **The end**, [`Ending`]: `finished`, `deadlock` or `limit`; the root's status if it ended; the explanation of a
//! deadlock.
//!
//! ```json
//! {"end":"finished","status":{"code":0},"steps":31,"now_ns":0,"sentence":{"en":"…","zh":"…"},"deadlock":null}
//! ```
//!
//! The view's parts are documented with their types in [`forktalk_kernel::view`]. A reader must pass over fields that
//! it does not know; another `version` is another format.

use forktalk_kernel::deadlock::Deadlock;
use forktalk_kernel::sentence::Sentence;
use forktalk_kernel::view::{Change, Status, View};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the format that this code writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// What is needed to make it again.
    pub header: Header,
    /// The view before the first step.
    pub start: Start,
    /// The steps.
    pub steps: Vec<Step>,
    /// How it ended; nothing while it goes on.
    pub end: Option<Ending>,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// What the file is: `trace`.
    pub forktalk: String,
    /// The format's version.
    pub version: u32,
    /// The program, as the host names it.
    pub program: String,
    /// The SHA-256 of the module's bytes, in hex; empty if the host did not say.
    pub module: String,
    /// The arguments that the program was given.
    pub arguments: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// Who chose.
    pub strategy: String,
    /// Which kernel: `linux` or `posix`.
    pub profile: String,
    /// The choices, as a string that replays them; empty while the run goes on, and of a run that cannot be replayed.
    pub schedule: String,
    /// Of a run that was recorded natively: it was nobody's choice who went when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<Native>,
}

/// What is said of a native run beside its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Native {
    /// The numbers that the system gave the processes, by those that they have in the trace.
    pub pids: BTreeMap<i32, i32>,
    /// What the steps leave out, and where they are not what was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Sentence>,
}

/// The line of step 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Always 0.
    pub step: u32,
    /// The whole view.
    pub view: View,
}

/// The line of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, from 1.
    pub step: u32,
    /// `go`, `timeout`, `kill`, `fail`, `interrupt` or `stop`.
    pub choice: String,
    /// How many bytes were granted, if that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<u32>,
    /// The process.
    pub pid: i32,
    /// Its name.
    pub process: String,
    /// The call.
    pub call: String,
    /// What the call answered; nothing if it does not return.
    pub answer: Option<i32>,
    /// The source file that made the call.
    pub file: Option<String>,
    /// The line in it.
    pub line: u32,
    /// The virtual clock after the step.
    pub now_ns: u64,
    /// The step in one sentence.
    pub sentence: Sentence,
    /// What was printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Printed>,
    /// What changed in the view.
    pub view: Change,
}

/// What a step printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// `stdout` or `stderr`.
    pub stream: String,
    /// The text; bytes that are no UTF-8 are replaced.
    pub text: String,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// `finished`, `deadlock` or `limit`.
    pub end: String,
    /// The root's status, if it ended.
    pub status: Option<Status>,
    /// How many steps there were.
    pub steps: u32,
    /// The virtual clock.
    pub now_ns: u64,
    /// The end in one sentence.
    pub sentence: Sentence,
    /// The explanation of a deadlock.
    pub deadlock: Option<Deadlock>,
}

/// Why a file is not a trace.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A line is missing.
    #[error("line {line}: {expected} is missing")]
    Missing {
        /// Which line.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A line is not what should stand there.
    #[error("line {line}: not {expected}: {cause}")]
    Malformed {
        /// Which line.
        line: usize,
        /// What should stand there.
        expected: &'static str,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// The file is another one, or of another version.
    #[error(
        "not a forktalk trace of version {VERSION} (it says \"{forktalk}\", version {version})"
    )]
    Another {
        /// What it says that it is.
        forktalk: String,
        /// Its version.
        version: u32,
    },
    /// A step's number is not the one that follows.
    #[error("line {line}: step {found} stands where step {expected} should")]
    OutOfOrder {
        /// Which line.
        line: usize,
        /// The number that should stand there.
        expected: u32,
        /// The number that does.
        found: u32,
    },
}

impl Default for Header {
    fn default() -> Header {
        Header {
            forktalk: "trace".to_owned(),
            version: VERSION,
            program: String::new(),
            module: String::new(),
            arguments: Vec::new(),
            seed: 0,
            strategy: String::new(),
            profile: String::new(),
            schedule: String::new(),
            native: None,
        }
    }
}

impl Trace {
    /// The whole trace as text, a line each.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        line(&mut text, &self.header);
        line(&mut text, &self.start);
        for step in &self.steps {
            line(&mut text, step);
        }
        if let Some(end) = &self.end {
            line(&mut text, end);
        }
        text
    }

    /// Reads what [`Trace::to_text`] wrote; a trace may stop before its end.
    ///
    /// # Errors
    ///
    /// If the text is not a trace of this version: which line, and what is wrong with it.
    pub fn from_text(text: &str) -> Result<Trace, ReadError> {
        let mut lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let header: Header = read(lines.next(), 1, "the header")?;
        if header.forktalk != "trace" || header.version != VERSION {
            let (forktalk, version) = (header.forktalk, header.version);
            return Err(ReadError::Another { forktalk, version });
        }
        let start = read(lines.next(), 2, "the view before the first step")?;
        let mut trace = Trace {
            header,
            start,
            ..Trace::default()
        };
        for (index, line) in lines {
            if line.starts_with("{\"end\"") {
                trace.end = Some(read(Some((index, line)), 0, "the end")?);
                break;
            }
            let step: Step = read(Some((index, line)), 0, "a step")?;
            let expected = trace.steps.len() as u32 + 1;
            if step.step != expected {
                return Err(ReadError::OutOfOrder {
                    line: index + 1,
                    expected,
                    found: step.step,
                });
            }
            trace.steps.push(step);
        }
        Ok(trace)
    }

    /// The view after a step; 0 is the start.
    #[must_use]
    pub fn view_after(&self, step: u32) -> View {
        let mut view = self.start.view.clone();
        for step in self.steps.iter().take(step as usize) {
            view.apply(&step.view);
        }
        view
    }
}

fn line(text: &mut String, value: &impl Serialize) {
    // Plain data with string keys: there is nothing that could fail to become JSON.
    text.push_str(&serde_json::to_string(value).expect("a trace's line is plain data"));
    text.push('\n');
}

fn read<T: DeserializeOwned>(
    line: Option<(usize, &str)>,
    number: usize,
    expected: &'static str,
) -> Result<T, ReadError> {
    let (index, text) = line.ok_or(ReadError::Missing {
        line: number,
        expected,
    })?;
    serde_json::from_str(text).map_err(|cause| ReadError::Malformed {
        line: index + 1,
        expected,
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Trace::from_text(text).unwrap_err().to_string()
    }

    #[test]
    fn a_file_that_is_no_trace_is_refused_with_line_and_reason() {
        let good = Trace::default().to_text();
        assert_eq!(Trace::from_text(&good).unwrap(), Trace::default());
        assert_eq!(error(""), "line 1: the header is missing");
        let (header, _) = good.split_once('\n').unwrap();
        assert_eq!(
            error(header),
            "line 2: the view before the first step is missing"
        );
        let newer = good.replacen("\"version\":1", "\"version\":2", 1);
        assert_eq!(
            error(&newer),
            "not a forktalk trace of version 1 (it says \"trace\", version 2)"
        );
        let broken = format!("{good}{{\"step\":true}}");
        assert!(error(&broken).starts_with("line 3: not a step: invalid type: boolean"));
    }

    #[test]
    fn what_a_newer_writer_adds_is_passed_over() {
        let good = Trace::default().to_text();
        let more = good.replacen("{\"forktalk\"", "{\"mood\":[1],\"forktalk\"", 1);
        assert_eq!(Trace::from_text(&more).unwrap(), Trace::default());
    }
}
