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

use crate::{progress, report};
use case::{Case, Who};
use clap::{Args, ValueEnum};
use medians::{Median, Medians};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use rig::Answer;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON object a line instead of a table
    #[arg(long)]
    json: bool,
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
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

/// A measurement takes a quarter of a second; so much more than that only one that hangs.
const DEADLINE: Duration = Duration::from_secs(20);

struct Measured {
    case: Case,
    who: Who,
    values: Vec<f64>,
}

pub(crate) fn run(options: &Options) -> Answer<()> {
    let mut all = chosen(options);
    let total = all.len() * options.runs as usize;
    let mut done = 0;
    for _ in 0..options.runs {
        for one in &mut all {
            done += 1;
            let what = format!("{} {}", one.case, one.who.name());
            progress::show(done, total, &what);
            match measure(one.case, one.who, options) {
                Ok(value) => one.values.push(value),
                // Somebody who is not installed, say: the others are measured all the same.
                Err(error) => eprintln!("\n{what}: {error}"),
            }
        }
    }
    progress::clear();
    let medians = Medians(all.into_iter().filter_map(median).collect());
    if let Some(path) = &options.plot {
        plot::draw(&medians, path)?;
    }
    if options.json {
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

fn chosen(options: &Options) -> Vec<Measured> {
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
        .map(|(case, who)| Measured {
            case,
            who,
            values: Vec::new(),
        })
        .collect()
}

/// One measurement, in a process of its own, and in a group of its own: what it leaves behind ends with it.
fn measure(case: Case, who: Who, options: &Options) -> Answer<f64> {
    let mut command = match (who, &options.iceoryx2) {
        (Who::Iceoryx2, Some(program)) => Command::new(program),
        _ => Command::new(std::env::current_exe()?),
    };
    command.args(["measure-queue", &case.to_string(), who.name()]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn()?;
    let ended = wait(&mut child);
    // There is no such group if nobody is left, which is as it should be.
    let _ = killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL);
    let Some(status) = ended? else {
        child.wait()?;
        return Err(format!("had not ended after {} seconds", DEADLINE.as_secs()).into());
    };
    let (mut said, mut complained) = (String::new(), String::new());
    child
        .stdout
        .take()
        .map(|mut out| out.read_to_string(&mut said))
        .transpose()?;
    child
        .stderr
        .take()
        .map(|mut err| err.read_to_string(&mut complained))
        .transpose()?;
    match status.success() {
        true => Ok(said.trim().parse()?),
        false => Err(format!("{status}: {}", complained.trim()).into()),
    }
}

/// Nothing if it does not end in time. What it prints is short: no pipe gets full.
fn wait(child: &mut Child) -> Answer<Option<ExitStatus>> {
    let end = Instant::now() + DEADLINE;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        sleep(Duration::from_millis(5));
    }
    Ok(None)
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
