//! What a simulated run was, read from its trace: the same for every host that simulates.

use std::env;
use std::path::PathBuf;

use forktalk_explore::trace::{Ending, Header, Step, VERSION};
use forktalk_kernel::view;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Observed, Status};

/// Reads the trace of a whole run: of its steps only those that print, since a trace may be long and there are many.
///
/// # Errors
///
/// The text is no trace, or the run has not ended as a run of the suite should: at a limit, say.
pub fn observed(trace: &str) -> Result<Observed, String> {
    let mut lines = trace.lines();
    let header: Header = read(lines.next().unwrap_or_default())?;
    if header.version != VERSION {
        return Err(format!("a trace of version {}", header.version));
    }
    let (mut stdout, mut stderr) = (String::new(), String::new());
    for line in lines {
        if line.starts_with(r#"{"end":"#) {
            let status = status_of(&read(line)?)?;
            return Ok(Observed {
                status,
                stdout,
                stderr,
            });
        }
        if !line.contains(r#","output":{"#) {
            continue;
        }
        let step: Step = read(line)?;
        let printed = step.output.ok_or("a step without its output")?;
        match printed.stream.as_str() {
            "stdout" => stdout += &printed.text,
            _ => stderr += &printed.text,
        }
    }
    Err("the trace has no end".to_owned())
}

/// The first step that is not said to come from a line of the suite's programs, if there is one: a call that the
/// library makes is made for a line of the program, or, where a value goes out of scope, for none.
///
/// # Errors
///
/// The text is no trace.
pub fn step_of_no_program(trace: &str) -> Result<Option<String>, String> {
    #[derive(Deserialize)]
    struct Place {
        file: Option<String>,
    }
    let steps = trace.lines().filter(|line| line.starts_with(r#"{"step":"#));
    for line in steps {
        let Place { file } = read(line)?;
        if file.is_some_and(|file| !file.starts_with("tests/programs/src/")) {
            return Ok(Some(line.to_owned()));
        }
    }
    Ok(None)
}

fn read<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| format!("not a line of a trace: {error}: {line}"))
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
