//! One measurement of an exploration: the same for everybody.

use crate::case::{Case, Figure, Strategy};
use std::error::Error;
use std::time::{Duration, Instant};

/// The median of the searches from so many seeds counts.
const SEEDS: u64 = 20;
/// A search that can be exhausted is made so often, or for so long; the median counts.
const EXHAUSTIONS: usize = 5;
const EXHAUSTING: Duration = Duration::from_secs(2);
/// Runs are counted over at least so long.
const LONG: Duration = Duration::from_millis(300);

pub(crate) type Answer<T> = Result<T, Box<dyn Error>>;

/// A program whose runs are to be made.
pub(crate) trait Explorer {
    /// Makes runs, by one thread: until one fails, or all that the strategy looks for was seen, or so many are made.
    fn explore(&self, strategy: Strategy, seed: u64, most: u64) -> Answer<Explored>;
}

/// An exploration that is over.
pub(crate) struct Explored {
    pub(crate) runs: u64,
    pub(crate) end: End,
}

/// Why it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The last run failed.
    Failed,
    /// There are no more.
    Exhausted,
    /// As many were made as were to be.
    Enough,
}

/// The figure; infinite if it is not reached within [`Figure::most_runs`].
pub(crate) fn measure(explorer: &impl Explorer, case: Case, strategy: Strategy) -> Answer<f64> {
    match case.figure {
        Figure::Runs => rate(explorer, strategy),
        Figure::FirstBug | Figure::FirstBugTime => first_bug(explorer, case, strategy),
        Figure::Exhaust | Figure::ExhaustRuns => exhaust(explorer, case, strategy),
    }
}

fn first_bug(explorer: &impl Explorer, case: Case, strategy: Strategy) -> Answer<f64> {
    let most = case.figure.most_runs();
    let values = (0..SEEDS).map(|seed| {
        let begun = Instant::now();
        // Ours gives each run a seed of its own, one after the other: so no two searches have one in common.
        let explored = explorer.explore(strategy, seed * most, most)?;
        Ok(case.value(&explored, End::Failed, begun.elapsed()))
    });
    Ok(median(values.collect::<Answer<_>>()?))
}

fn exhaust(explorer: &impl Explorer, case: Case, strategy: Strategy) -> Answer<f64> {
    let mut values = Vec::new();
    let all = Instant::now();
    while values.len() < EXHAUSTIONS && all.elapsed() < EXHAUSTING {
        let begun = Instant::now();
        let explored = explorer.explore(strategy, 0, case.figure.most_runs())?;
        never_fails(&explored)?;
        values.push(case.value(&explored, End::Exhausted, begun.elapsed()));
    }
    Ok(median(values))
}

impl Case {
    fn value(self, explored: &Explored, hoped: End, took: Duration) -> f64 {
        match self.figure {
            _ if explored.end != hoped => f64::INFINITY,
            Figure::FirstBugTime | Figure::Exhaust => took.as_secs_f64(),
            _ => explored.runs as f64,
        }
    }
}

/// Runs a second; what comes once for a search is spread over many runs.
fn rate(explorer: &impl Explorer, strategy: Strategy) -> Answer<f64> {
    let mut most = 1000;
    loop {
        let begun = Instant::now();
        let explored = explorer.explore(strategy, 0, most)?;
        let took = begun.elapsed();
        never_fails(&explored)?;
        if took >= LONG {
            return Ok(explored.runs as f64 / took.as_secs_f64());
        }
        most *= 2;
    }
}

fn never_fails(explored: &Explored) -> Answer<()> {
    match explored.end {
        End::Failed => Err(format!("run {} fails", explored.runs).into()),
        End::Exhausted | End::Enough => Ok(()),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
