//! `pipe`: measures everybody in turns, several times over, and keeps the medians.

use crate::case::{Case, Who};
use crate::report;
use clap::{Args, ValueEnum};
use std::error::Error;
use std::io::{IsTerminal, Write, stderr};
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
            progress(done, total, one);
            match measure(one.case, one.who) {
                Ok(value) => one.values.push(value),
                // Somebody who is not installed, say: the others are measured all the same.
                Err(error) => eprintln!("\n{} {}: {error}", one.who.name(), one.case),
            }
        }
    }
    if stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    let medians: Vec<Median> = all.into_iter().filter_map(median).collect();
    if options.json {
        report::json("pipe", &medians)
    } else {
        println!("{}", report::table(&medians));
        Ok(())
    }
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

fn progress(done: usize, total: usize, one: &Measured) {
    let what = format!("{done}/{total} {} {}", one.case, one.who.name());
    let mut stderr = stderr();
    // Nobody reads a progress line that cannot be written.
    let _ = if stderr.is_terminal() {
        write!(stderr, "\r\x1b[K{what}")
    } else if done % 25 == 1 || done == total {
        writeln!(stderr, "{what}")
    } else {
        Ok(())
    };
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
