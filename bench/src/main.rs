//! How fast forktalk is, beside the bare system calls and what else there is.
//!
//! `forktalk-bench pipe`, `queue` and `explore` measure all of one sitting in turns, so that what disturbs the machine
//! disturbs everybody, and tell the medians. Each single measurement is a process of its own (this program again, with
//! `measure`, or one that is built apart), so that none finds the memory, the threads or the children of another.

#![forbid(unsafe_code)]

mod bare;
mod case;
mod cpython;
mod explore;
mod ipc;
mod number;
mod ours;
mod pipe;
mod progress;
mod queue;
mod report;
mod sitting;

use case::{Case, Who};
use clap::{Parser, Subcommand};
use std::error::Error;

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Messages over a pipe, and children started and joined
    Pipe(pipe::Options),
    /// One measurement; prints a number
    #[command(hide = true)]
    Measure { case: Case, who: Who },
    /// Messages through a queue, and round trips over two
    Queue(queue::Options),
    /// Explorations of programs, beside those of the crate shuttle
    Explore(explore::Options),
    /// One measurement; prints a number
    #[command(hide = true)]
    MeasureQueue(queue::One),
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().bench {
        Bench::Pipe(options) => pipe::run(&options),
        Bench::Queue(options) => queue::run(&options).map_err(|error| error as Box<dyn Error>),
        Bench::Explore(options) => explore::run(&options),
        Bench::MeasureQueue(one) => one.measure().map_err(|error| error as Box<dyn Error>),
        Bench::Measure { case, who } => {
            let value = match who {
                Who::Bare => bare::measure(case),
                Who::Forktalk => ours::measure(case),
                Who::Cpython => cpython::measure(case),
                Who::IpcChannel => ipc::measure(case),
            }?;
            println!("{value}");
            Ok(())
        }
    }
}
