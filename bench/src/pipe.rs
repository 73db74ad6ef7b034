//! `pipe`: measures everybody in turns, several times over, and keeps the medians.

use crate::case::{Case, Who};
use crate::report;
use crate::sitting::Sitting;
use clap::{Args, ValueEnum};
use std::error::Error;
use std::process::Command;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    sitting: Sitting,
    /// Measure only these cases
    #[arg(long)]
    case: Vec<Case>,
    /// Measure only these; `bare` is always among them
    #[arg(long)]
    who: Vec<Who>,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let medians = options.sitting.medians(
        &chosen(options),
        |case, who| format!("{case} {}", who.name()),
        |case, who| {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["measure", case.name(), who.name()]);
            Ok(command)
        },
    );
    if options.sitting.json {
        for median in &medians {
            let (case, who) = (median.case, median.who.name());
            report::line("pipe", case.name(), who, median.value, case.unit())?;
        }
    } else {
        println!("{}", report::table(&medians));
    }
    Ok(())
}

fn chosen(options: &Options) -> Vec<(Case, Who)> {
    let everybody = Who::value_variants().iter().copied();
    let who: Vec<Who> = everybody
        .filter(|who| options.who.is_empty() || *who == Who::Bare || options.who.contains(who))
        .collect();
    let cases = Case::value_variants().iter().copied();
    cases
        .filter(|case| options.case.is_empty() || options.case.contains(case))
        .flat_map(|case| who.iter().map(move |who| (case, *who)))
        .filter(|(case, who)| who.knows(*case))
        .collect()
}
