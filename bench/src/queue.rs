//! `queue`: queues of processes, ours and others', in turns, several times over; the medians count.

mod alone;
mod case;
mod cpython;
mod crossbeam;
mod forked;
mod ipc;
mod medians;
mod message;
mod ours;
mod pipes;
mod plot;
mod polling;
mod rig;
mod ring;
mod tally;

use crate::report;
use crate::sitting::Sitting;
use case::{Case, Who};
use clap::{Args, ValueEnum};
use medians::Medians;
use rig::Answer;
use std::path::PathBuf;
use std::process::Command;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    sitting: Sitting,
    /// Measure only cases whose names contain this
    #[arg(long)]
    case: Vec<String>,
    /// Measure only these
    #[arg(long)]
    who: Vec<Who>,
    /// Draw the rates into this SVG file
    #[arg(long)]
    plot: Option<PathBuf>,
    /// The program that measures iceoryx2; without it, that is not measured
    #[arg(long)]
    iceoryx2: Option<PathBuf>,
}

/// One measurement of queues; prints a number.
#[derive(Args)]
pub(crate) struct One {
    case: Case,
    who: Who,
}

pub(crate) fn run(options: &Options) -> Answer<()> {
    let medians = options.sitting.medians(
        &chosen(options),
        |case, who| format!("{case} {}", who.name()),
        |case, who| {
            let mut command = match (who, &options.iceoryx2) {
                (Who::Iceoryx2, Some(program)) => Command::new(program),
                _ => Command::new(std::env::current_exe()?),
            };
            command.args(["measure-queue", &case.to_string(), who.name()]);
            Ok(command)
        },
    );
    let medians = Medians(medians);
    if let Some(path) = &options.plot {
        plot::draw(&medians, path)?;
    }
    if options.sitting.json {
        for median in &medians.0 {
            let (case, who) = (median.case.to_string(), median.who.name());
            report::line("queue", &case, who, median.value, median.case.unit())?;
        }
    } else {
        println!("{}", medians.table());
        println!("\n× n: forktalk is n times as fast.");
    }
    Ok(())
}

fn chosen(options: &Options) -> Vec<(Case, Who)> {
    let wants_case = |case: &Case| {
        let name = case.to_string();
        options.case.is_empty() || options.case.iter().any(|part| name.contains(part))
    };
    let wants_who = |who: &Who| {
        (options.who.is_empty() || options.who.contains(who))
            && (*who != Who::Iceoryx2 || options.iceoryx2.is_some())
    };
    let everybody: Vec<Who> = Who::value_variants()
        .iter()
        .copied()
        .filter(wants_who)
        .collect();
    Case::all()
        .filter(wants_case)
        .flat_map(|case| everybody.iter().map(move |who| (case, *who)))
        .filter(|(case, who)| who.knows(*case))
        .collect()
}

impl One {
    pub(crate) fn measure(&self) -> Answer<()> {
        let value = match self.who {
            Who::Forktalk => ours::measure(self.case),
            Who::Cpython => cpython::measure(self.case),
            Who::IpcChannel => ipc::measure(self.case),
            Who::Crossbeam => crossbeam::measure(self.case),
            Who::Ring => ring::measure(self.case),
            Who::Pipe => pipes::measure(self.case),
            // It is a package of its own, which would make every build of the workspace half a minute longer.
            Who::Iceoryx2 => case::unknown(self.who, self.case),
        }?;
        println!("{value}");
        Ok(())
    }
}
