//! `explore`: explorations by forktalk and by the crate shuttle, in turns, several times over; the medians count.

mod case;
mod medians;

use crate::sitting::Sitting;
use case::{Case, Strategy, Tool};
use clap::{Args, ValueEnum};
use medians::Medians;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    sitting: Sitting,
    /// Measure only cases whose names contain this
    #[arg(long)]
    case: Vec<String>,
    /// Measure only these strategies
    #[arg(long)]
    strategy: Vec<Strategy>,
    /// The program that measures ours
    #[arg(long)]
    forktalk: PathBuf,
    /// The tutorial's program, built for wasm32-wasip1
    #[arg(long)]
    tutorial: PathBuf,
    /// The gallery's programs, built for wasm32-wasip1
    #[arg(long)]
    gallery: PathBuf,
    /// Fifteen bare calls, built for wasm32-wasip1
    #[arg(long)]
    calls: PathBuf,
    /// The program that measures shuttle; without it, that is not measured
    #[arg(long)]
    shuttle: Option<PathBuf>,
}

/// One of those who are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Who {
    tool: Tool,
    strategy: Strategy,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let medians = options.sitting.medians(
        &options.chosen(),
        |case, who| format!("{case} {} {}", who.tool.name(), who.strategy.name()),
        |case, who| Ok(options.command(case, who)),
    );
    let medians = Medians(medians);
    match options.sitting.json {
        true => medians.print_json()?,
        false => medians.print_tables(),
    }
    Ok(())
}

impl Options {
    fn chosen(&self) -> Vec<(Case, Who)> {
        let wants_case = |case: &Case| {
            let name = case.to_string();
            self.case.is_empty() || self.case.iter().any(|part| name.contains(part))
        };
        let wants = |who: &Who| {
            (self.strategy.is_empty() || self.strategy.contains(&who.strategy))
                && (who.tool == Tool::Forktalk || self.shuttle.is_some())
        };
        Case::all()
            .filter(wants_case)
            .flat_map(|case| everybody(case).map(move |who| (case, who)))
            .filter(|(_, who)| wants(who))
            .collect()
    }

    fn command(&self, case: Case, who: Who) -> Command {
        let mut command = match (who.tool, &self.shuttle) {
            (Tool::Shuttle, Some(program)) => Command::new(program),
            _ => {
                let mut command = Command::new(&self.forktalk);
                command.arg("--tutorial").arg(&self.tutorial);
                command.arg("--gallery").arg(&self.gallery);
                command.arg("--calls").arg(&self.calls);
                command
            }
        };
        command.args([&case.to_string(), who.strategy.name()]);
        command
    }
}

/// All who have it: strategy by strategy, so that those come one after the other who are compared.
fn everybody(case: Case) -> impl Iterator<Item = Who> {
    let strategies = case.figure.strategies().iter();
    strategies.flat_map(|&strategy| {
        let tools = Tool::value_variants().iter();
        tools.map(move |&tool| Who { tool, strategy })
    })
}
