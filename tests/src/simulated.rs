//! What a simulated run was, read from its trace: the same for every host that simulates.

use std::env;
use std::path::PathBuf;

use forktalk_explore::trace::{Ending, Trace};
use forktalk_kernel::view;

use crate::{Observed, Status};

/// Reads the trace of a whole run.
///
/// # Errors
///
/// The text is no trace, or the run has not ended as a run of the suite should: at a limit, say.
pub fn observed(trace: &str) -> Result<Observed, String> {
    let trace = Trace::from_text(trace).map_err(|error| format!("not a trace: {error}"))?;
    let end = trace.end.as_ref().ok_or("the trace has no end")?;
    let printed = |stream: &str| {
        let outputs = trace.steps.iter().filter_map(|step| step.output.as_ref());
        outputs
            .filter(|output| output.stream == stream)
            .map(|output| output.text.as_str())
            .collect()
    };
    Ok(Observed {
        status: status_of(end)?,
        stdout: printed("stdout"),
        stderr: printed("stderr"),
    })
}

fn status_of(end: &Ending) -> Result<Status, String> {
    match (end.end.as_str(), &end.status) {
        ("deadlock", _) => Ok(Status::Deadlocked),
        ("finished", Some(view::Status::Exited { code })) => Ok(Status::Exited(*code)),
        ("finished", Some(view::Status::Signaled { signal, .. })) => Ok(Status::Signaled(*signal)),
        _ => Err(format!("it ended otherwise: {}", end.sentence.en)),
    }
}

/// The file that an environment variable names: what a simulated run needs is built for it by `cargo xtask test`.
///
/// # Panics
///
/// If the variable is not set, with the command that sets it.
#[must_use]
pub fn built(variable: &str, runner: &str) -> PathBuf {
    match env::var_os(variable) {
        Some(path) => path.into(),
        None => panic!("{variable} is not set: run `cargo xtask test --only {runner}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = concat!(
        r#"{"forktalk":"trace","version":1,"program":"a/b","module":"","arguments":[],"#,
        r#""seed":7,"strategy":"random","profile":"linux","schedule":""}"#,
        "\n",
        r#"{"step":0,"view":{"processes":{},"objects":{}}}"#,
        "\n",
    );

    fn step(number: u32, stream: &str, text: &str) -> String {
        format!(
            concat!(
                r#"{{"step":{},"choice":"go","pid":1,"process":"main","call":"fd_write","answer":0,"file":null,"#,
                r#""line":0,"now_ns":0,"sentence":{{"en":"","zh":""}},"output":{{"stream":"{}","text":"{}"}},"#,
                r#""view":{{"processes":{{}},"objects":{{}}}}}}"#,
                "\n"
            ),
            number, stream, text
        )
    }

    fn end(end: &str, status: &str) -> String {
        format!(
            r#"{{"end":"{end}","status":{status},"steps":2,"now_ns":0,"sentence":{{"en":"so it is","zh":""}},"deadlock":null}}"#
        )
    }

    #[test]
    fn output_and_end_are_read_from_a_trace() {
        let steps = step(1, "stdout", "a") + &step(2, "stderr", "oh") + &step(3, "stdout", "b");
        let seen = observed(&format!(
            "{START}{steps}{}",
            end("finished", r#"{"code":3}"#)
        ))
        .unwrap();
        assert_eq!(seen.status, Status::Exited(3));
        assert_eq!((seen.stdout.as_str(), seen.stderr.as_str()), ("ab", "oh"));
    }

    #[test]
    fn a_run_that_met_a_limit_is_no_outcome() {
        assert!(observed(&format!("{START}{}", end("limit", "null"))).is_err());
        assert!(observed(START).is_err());
        assert!(observed("").is_err());
    }
}
