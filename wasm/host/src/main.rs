//! The command `forktalk`: arguments.

#![forbid(unsafe_code)]

mod ending;
mod explore;
mod exports;
mod pasted;
mod printer;
mod replay;
mod run;
mod test;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// The C library's takes a fifth of the time of an exhaustive search, this one a twentieth.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Runs Unix programs on a simulated kernel, repeatably, and explains why they hang.
#[derive(Parser)]
#[command(name = "forktalk", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Arguments),
    Explore(explore::Arguments),
    Replay(replay::Arguments),
    Test(test::Arguments),
    View(view::Arguments),
}

fn main() -> ExitCode {
    match test::meant(std::env::args_os().collect()) {
        Ok(words) => execute(words),
        Err(error) => ending::exit(Err(error.into())),
    }
}

/// Does what a command line says.
fn execute(words: Vec<OsString>) -> ExitCode {
    match Arguments::parse_from(words).command {
        Command::Run(arguments) => arguments.execute(),
        Command::Explore(arguments) => arguments.execute(),
        Command::Replay(arguments) => arguments.execute(),
        Command::Test(arguments) => arguments.execute(),
        Command::View(arguments) => arguments.execute(),
    }
}
