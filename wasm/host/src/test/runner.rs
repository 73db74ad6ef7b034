//! What cargo writes when it calls its runner, and what the environment adds to it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Parser;

use super::libtest;
use crate::{Arguments, Command};

/// The options of `forktalk test` that hold for every call.
const OPTIONS: &str = "FORKTALK_TEST";

/// The schedule by which one test, or a program, is to be run.
const SCHEDULE: &str = "FORKTALK_SCHEDULE";

/// What a command line means.
///
/// Cargo calls one runner for tests and for programs, as `forktalk test PATH ARGUMENTS…`. For a program that is
/// `forktalk run PATH -- ARGUMENTS…`; for tests, the options that the environment has go before those that were typed.
pub(crate) fn meant(words: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let [own_name, command, rest @ ..] = words.as_slice() else {
        return Ok(words);
    };
    if command != "test" {
        return Ok(words);
    }
    if let [program, arguments @ ..] = rest
        && libtest::is_in(Path::new(program)) == Some(false)
    {
        return Ok(once(Path::new(program), arguments.iter().cloned()));
    }
    let options = std::env::var(OPTIONS).unwrap_or_default();
    let options: Vec<OsString> = options.split_whitespace().map(OsString::from).collect();
    check(own_name, &options)?;
    let all = [&words[..2], &options, rest];
    Ok(all.concat())
}

/// The command line that runs a program, once.
pub(super) fn once(program: &Path, arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec!["forktalk".into(), "run".into()];
    if let Some(schedule) = schedule() {
        words.extend(["--schedule".into(), schedule.into()]);
    }
    words.extend([program.into(), "--".into()]);
    words.extend(arguments);
    words
}

/// The schedule that the environment has.
pub(super) fn schedule() -> Option<String> {
    std::env::var(SCHEDULE).ok()
}

/// Says what is wrong with the options that the environment has: who typed something else would look there.
fn check(own_name: &OsStr, options: &[OsString]) -> Result<(), String> {
    let program = OsStr::new("PROGRAM");
    let mut words = vec![own_name, OsStr::new("test")];
    words.extend(options.iter().map(OsString::as_os_str));
    words.push(program);
    match Arguments::try_parse_from(words) {
        Ok(Arguments {
            command: Command::Test(parsed),
        }) if parsed.program.as_os_str() != program => Err(format!(
            "{OPTIONS} holds options only, and {} is none",
            parsed.program.display()
        )),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("in {OPTIONS}, {error}")),
    }
}
