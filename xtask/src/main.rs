//! `cargo xtask …`: the project's own commands. Each is a file beside this one.

#![forbid(unsafe_code)]

mod bench;
mod command;
mod debian;
mod demo;
mod guests;
mod house;
mod page;
mod progress;
mod search_path;
mod serve;
mod storm;
mod test;
mod tidy;
mod toolchain;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs the tutorial's program: with a real fork, in the simulator, and with a mistake that the simulator explains
    Demo,
    /// Checks everything; ends with a summary
    Test(test::Arguments),
    /// Builds the page into web/dist and serves it on this machine
    Web(web::Arguments),
    /// Measures speed
    Bench(bench::Arguments),
    /// Kills the users of a queue at random, under load, and checks that nothing is lost
    Storm(storm::Arguments),
    /// Holds the sources to the house style
    Tidy,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Demo => demo::demo(),
        Task::Test(arguments) => test::test(&arguments),
        Task::Web(arguments) => web::web(&arguments),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Storm(arguments) => storm::storm(&arguments),
        Task::Tidy => tidy::tidy(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
