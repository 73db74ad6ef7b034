//! Native runs that were written down, made into traces: pure.
//!
//! A program that runs natively with `FORKTALK_TRACE=FILE` leaves a file for each of its processes; `forktalk-native` says
//! what stands in them. [`Recording::gather`] reads them, and [`Recording::trace`] finds out in which order it all happened,
//! by letting it happen again: the simulated Unix performs what each process asked, one call after the other, so that
//! the pictures, the sentences and the explanation of a deadlock are those of any other trace.
//!
//! The order is that of time, as far as it goes. A call has a beginning and an end, and took effect somewhere in between;
//! calls that overlap could have come either way, and the answers say which: who read five bytes read them after they
//! were written, who found the end of a pipe found it after the last close. `order.rs` has the rule. What cannot be
//! reconciled is said in the trace's header, and not made to fit.
//!
//! ```
//! use forktalk_recording::Recording;
//!
//! let file = r#"{"forktalk":"recording","version":1,"run":"7-1","pid":7,"at":1000,"program":"one","arguments":["one"]}
//! {"at":1100,"thread":1,"call":"pipe","file":"src/main.rs","line":3}
//! {"at":1200,"thread":1,"answer":0,"fds":[3,4]}
//! {"at":1300,"thread":1,"call":"read","fd":3,"bytes":8,"file":"src/main.rs","line":4}
//! "#;
//! let trace = Recording::gather(|suffix| (suffix.is_empty()).then(|| file.into()))?.trace();
//! assert_eq!(trace.header.native.unwrap().pids[&1], 7);
//! let end = trace.end.unwrap();
//! assert_eq!(end.end, "deadlock");
//! assert!(end.deadlock.unwrap().waiters[0].sentence.en.contains("it still holds a writing end itself"));
//! # Ok::<(), forktalk_recording::ReadError>(())
//! ```

#![forbid(unsafe_code)]

mod call;
mod follow;
mod known;
mod line;
mod notes;
mod order;
mod script;

pub use line::ReadError;

use forktalk_explore::Trace;
use line::{File, Header};
use std::collections::BTreeMap;

/// What the processes of one native run wrote down.
#[derive(Debug)]
pub struct Recording {
    /// By what their names have behind that of the first process's: nothing, `.1`, `.1.2`.
    files: BTreeMap<String, File>,
}

impl Recording {
    /// Whether a text is what a native process writes down: the first process's file, or another's.
    #[must_use]
    pub fn is_one(text: &[u8]) -> bool {
        let first = text.split(|byte| *byte == b'\n').next();
        first.is_some_and(|line| Header::read(line).is_ok())
    }

    /// Reads what all processes of a run wrote down: `read` is asked for the file whose name has so much behind that of the
    /// first process's, which is asked for first, by nothing.
    ///
    /// A file that is not there, or is another run's, is that of a child which was killed before it could write; a last
    /// line that is torn was being written when its process was killed, and is left out.
    ///
    /// # Errors
    ///
    /// If the first process's file is not one, or of another version; if a line of any is none, other than the last.
    pub fn gather(mut read: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Recording, ReadError> {
        let first = read("").ok_or(ReadError::Missing)?;
        let first = File::read(String::new(), &first)?;
        if !first.is_first() {
            return Err(ReadError::OfChild);
        }
        let run = first.header.run.clone();
        let mut files = BTreeMap::new();
        let mut left = vec![first];
        while let Some(file) = left.pop() {
            for child in file.children() {
                let name = format!("{}.{child}", file.name);
                let Some(text) = read(&name) else { continue };
                let its =
                    Header::read(text.split(|byte| *byte == b'\n').next().unwrap_or_default());
                if its.is_ok_and(|header| header.run == run) {
                    left.push(File::read(name, &text)?);
                }
            }
            files.insert(file.name.clone(), file);
        }
        Ok(Recording { files })
    }

    /// The run as a trace, as far as it was written down.
    #[must_use]
    pub fn trace(&self) -> Trace {
        follow::Follow::new(&self.files).trace()
    }
}
