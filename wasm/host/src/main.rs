//! The command `forktalk`: arguments.

#![forbid(unsafe_code)]

mod ending;
mod explore;
mod exports;
mod pasted;
mod printer;
mod replay;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(arguments) => arguments.execute(),
        Command::Explore(arguments) => arguments.execute(),
        Command::Replay(arguments) => arguments.execute(),
    }
}
