//! `cargo xtask test`: everything that must hold, stage by stage.

mod ports;
mod stages;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use stages::{STAGES, Stage};

/// What `cargo xtask test` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these stages
    #[arg(long, value_name = "STAGE", value_parser = stage_names())]
    only: Vec<String>,
}

fn stage_names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

/// How a stage went.
struct Verdict {
    stage: &'static Stage,
    took: Duration,
    /// Why it failed; nothing if it passed.
    failure: Option<String>,
}

/// Runs the stages, all of them even if one fails: who repairs one wants to know of the others.
pub(crate) fn test(arguments: &Arguments) -> Result<()> {
    let chosen = STAGES.iter().filter(|stage| {
        arguments.only.is_empty() || arguments.only.iter().any(|name| name == stage.name)
    });
    let verdicts: Vec<Verdict> = chosen.map(judge).collect();
    summarize(&verdicts)
}

fn judge(stage: &'static Stage) -> Verdict {
    println!("\n== {}: {}", stage.name, stage.what);
    let start = Instant::now();
    let failure = (stage.run)().err().map(|error| format!("{error:#}"));
    let took = start.elapsed();
    match &failure {
        None => println!("== {}: passed in {}", stage.name, shown(took)),
        Some(why) => println!("== {}: FAILED in {}: {why}", stage.name, shown(took)),
    }
    Verdict {
        stage,
        took,
        failure,
    }
}

fn summarize(verdicts: &[Verdict]) -> Result<()> {
    println!("\n== summary");
    for verdict in verdicts {
        let word = if verdict.failure.is_none() {
            "passed"
        } else {
            "FAILED"
        };
        println!("{word}  {:>8}  {}", shown(verdict.took), verdict.stage.name);
    }
    let failures: Vec<&Verdict> = verdicts
        .iter()
        .filter(|verdict| verdict.failure.is_some())
        .collect();
    for verdict in &failures {
        println!(
            "\n{}: {}\n  again: cargo xtask test --only {}",
            verdict.stage.name,
            verdict.failure.as_deref().unwrap_or_default(),
            verdict.stage.name,
        );
    }
    let total: Duration = verdicts.iter().map(|verdict| verdict.took).sum();
    println!("\nstages, in {}:", shown(total));
    println!(
        "{} passed, {} failed",
        verdicts.len() - failures.len(),
        failures.len()
    );
    if !failures.is_empty() {
        bail!("not all holds");
    }
    Ok(())
}

fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 60 {
        0 => format!("{:.1} s", duration.as_secs_f64()),
        minutes => format!("{minutes} min {} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_for_people() {
        assert_eq!(shown(Duration::from_millis(1240)), "1.2 s");
        assert_eq!(shown(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn every_stage_has_a_name_of_its_own() {
        let mut names = stage_names();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
