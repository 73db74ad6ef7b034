//! The command `programs`: runs one program of the shared suite, natively or as a guest.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    forktalk_programs::command()
}
