//! A sitting: everybody is measured in turns, several times over, and the medians count.

use crate::progress;
use clap::Args;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::error::Error;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A measurement takes some seconds at most; so much more than that only one that hangs.
const DEADLINE: Duration = Duration::from_secs(20);

type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Args)]
pub(crate) struct Sitting {
    /// Print one JSON object a line instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// The median of one case of one of those who are measured.
pub(crate) struct Median<C, W> {
    pub(crate) case: C,
    pub(crate) who: W,
    pub(crate) value: f64,
}

impl Sitting {
    /// Measures all, each by a command that prints a number; `name` is for people.
    pub(crate) fn medians<C: Copy, W: Copy>(
        &self,
        all: &[(C, W)],
        name: impl Fn(C, W) -> String,
        command: impl Fn(C, W) -> std::io::Result<Command>,
    ) -> Vec<Median<C, W>> {
        let mut values = vec![Vec::new(); all.len()];
        let total = all.len() * self.runs as usize;
        for run in 0..self.runs as usize {
            for (index, &(case, who)) in all.iter().enumerate() {
                let what = name(case, who);
                progress::show(run * all.len() + index + 1, total, &what);
                match command(case, who).map_err(Into::into).and_then(measure) {
                    Ok(value) => values[index].push(value),
                    // Somebody who is not installed, say: the others are measured all the same.
                    Err(error) => eprintln!("\n{what}: {error}"),
                }
            }
        }
        progress::clear();
        let medians = all.iter().zip(values);
        medians
            .filter_map(|(&(case, who), mut values)| {
                values.sort_by(f64::total_cmp);
                let value = *values.get(values.len() / 2)?;
                Some(Median { case, who, value })
            })
            .collect()
    }
}

/// One measurement, in a process of its own, and in a group of its own: what it leaves behind ends with it.
fn measure(mut command: Command) -> Answer<f64> {
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
