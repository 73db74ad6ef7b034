//! `pipe`: measures everybody in turns, several times over, and keeps the medians.

use crate::case::{Case, Who};
use crate::{progress, report};
use clap::{Args, ValueEnum};
use std::error::Error;
use std::process::Command;

#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON object a line instead of a table
    #[arg(long)]
    json: bool,
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Measure only these cases
    #[arg(long)]
    case: Vec<Case>,
    /// Measure only these; `bare` is always among them
    #[arg(long)]
    who: Vec<Who>,
}

/// The median of one case of one of those who are measured.
pub(crate) struct Median {
    pub(crate) case: Case,
    pub(crate) who: Who,
    pub(crate) value: f64,
}

struct Measured {
    case: Case,
    who: Who,
    values: Vec<f64>,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut all = chosen(options);
    let total = all.len() * options.runs as usize;
    let mut done = 0;
    for _ in 0..options.runs {
        for one in &mut all {
            done += 1;
            progress::show(done, total, &format!("{} {}", one.case, one.who.name()));
            match measure(one.case, one.who) {
                Ok(value) => one.values.push(value),
                // Somebody who is not installed, say: the others are measured all the same.
                Err(error) => eprintln!("\n{} {}: {error}", one.who.name(), one.case),
            }
        }
    }
    progress::clear();
    let medians: Vec<Median> = all.into_iter().filter_map(median).collect();
    if options.json {
        for median in &medians {
            let (case, who) = (median.case, median.who.name());
            report::line("pipe", case.name(), who, median.value, case.unit())?;
        }
    } else {
        println!("{}", report::table(&medians));
    }
    Ok(())
}

fn chosen(options: &Options) -> Vec<Measured> {
    let everybody = Who::value_variants().iter().copied();
    let who: Vec<Who> = everybody
        .filter(|who| options.who.is_empty() || *who == Who::Bare || options.who.contains(who))
        .collect();
    let cases = Case::value_variants().iter().copied();
    cases
        .filter(|case| options.case.is_empty() || options.case.contains(case))
        .flat_map(|case| who.iter().map(move |who| (case, *who)))
        .filter(|(case, who)| who.knows(*case))
        .map(|(case, who)| Measured {
            case,
            who,
            values: Vec::new(),
        })
        .collect()
}

/// One measurement, in a process of its own.
fn measure(case: Case, who: Who) -> Result<f64, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(["measure", case.name(), who.name()])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn median(mut measured: Measured) -> Option<Median> {
    measured.values.sort_by(f64::total_cmp);
    let value = *measured.values.get(measured.values.len() / 2)?;
    Some(Median {
        case: measured.case,
        who: measured.who,
        value,
    })
}
