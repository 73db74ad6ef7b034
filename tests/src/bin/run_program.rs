//! The command `programs` again, for the native runner: cargo tells a test only of the commands of its own package.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    forktalk_programs::command()
}
