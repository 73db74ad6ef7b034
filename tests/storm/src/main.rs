//! The queue under load.
//!
//! `storm kills` kills its users at random, replaces them, and checks that nothing is lost; `storm history` records when
//! each put and get began and ended, and checks that one order explains them all. Both run natively: what a real kernel
//! and real processors do with the queue is asked here.

#![forbid(unsafe_code)]

mod history;
mod item;
mod kills;
mod ledger;
mod linear;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The queue under load
#[derive(Parser)]
#[command(name = "storm", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    storm: Storm,
}

#[derive(Subcommand)]
enum Storm {
    /// Kills putters and getters at random, and checks that nothing is lost
    Kills(kills::Arguments),
    /// Records a history of puts and gets, and checks that it is linearizable
    History(history::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().storm {
        Storm::Kills(arguments) => kills::storm(&arguments),
        Storm::History(arguments) => history::check(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
