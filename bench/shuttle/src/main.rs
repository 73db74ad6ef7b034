//! Measures explorations by the crate `shuttle`: the programs that `forktalk-bench-explore` runs, on threads.
//!
//! It is called by `forktalk-bench explore`, and shares its cases, and with the other how a measurement is made.

#![forbid(unsafe_code)]

#[path = "../../src/explore/case.rs"]
#[allow(dead_code, reason = "what compares is not needed here")]
mod case;
mod check_then_act;
mod full_pipes_facing;
mod join_before_drain;
mod late_joiner;
mod lock_order;
mod lost_wakeup;
#[path = "../../explore/src/measure.rs"]
mod measure;
mod queue;
mod timeout_taken_for_death;
mod tutorial;
mod two_winners;
mod wrong_reply;

use case::{Case, Strategy};
use clap::Parser;
use measure::{Answer, End, Explored, Explorer, measure};
use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, UrwRandomScheduler};
use shuttle::{Config, FailurePersistence, Runner};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One measurement; prints a number
#[derive(Parser)]
#[command(version)]
struct Arguments {
    case: Case,
    strategy: Strategy,
}

fn main() -> Answer<()> {
    let arguments = Arguments::parse();
    // A run that fails panics: that is what is looked for, and no news.
    set_hook(Box::new(|_| {}));
    let program = Program(find(arguments.case.program)?);
    println!("{}", measure(&program, arguments.case, arguments.strategy)?);
    Ok(())
}

/// What one run of it does.
struct Program(fn());

fn find(name: &str) -> Answer<fn()> {
    Ok(match name {
        "tutorial-3" | "fifteen-calls" => || tutorial::run(3),
        "full_pipes_facing" => full_pipes_facing::broken,
        "full_pipes_facing_repaired" => full_pipes_facing::repaired,
        "join_before_drain" => join_before_drain::broken,
        "join_before_drain_repaired" => join_before_drain::repaired,
        "lock_order" => lock_order::broken,
        "lock_order_repaired" => lock_order::repaired,
        "check_then_act" => check_then_act::broken,
        "check_then_act_repaired" => check_then_act::repaired,
        "lost_wakeup" => lost_wakeup::broken,
        "lost_wakeup_repaired" => lost_wakeup::repaired,
        "late_joiner" => late_joiner::broken,
        "late_joiner_repaired" => late_joiner::repaired,
        "wrong_reply" => wrong_reply::broken,
        "wrong_reply_repaired" => wrong_reply::repaired,
        "timeout_taken_for_death" => timeout_taken_for_death::broken,
        "two_winners" => two_winners::broken,
        "two_winners_repaired" => two_winners::repaired,
        _ => return Err(format!("{name} is not said on threads").into()),
    })
}

impl Explorer for Program {
    fn explore(&self, strategy: Strategy, seed: u64, most: u64) -> Answer<Explored> {
        let begun = Arc::new(AtomicU64::new(0));
        let (program, counter) = (self.0, Arc::clone(&begun));
        let run = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            program();
        };
        let runs = usize::try_from(most)?;
        let ran = catch_unwind(AssertUnwindSafe(|| match strategy {
            Strategy::Random => {
                Runner::new(RandomScheduler::new_from_seed(seed, runs), config()).run(run)
            }
            Strategy::Pct => {
                Runner::new(PctScheduler::new_from_seed(seed, 3, runs), config()).run(run)
            }
            Strategy::Uniform => {
                Runner::new(UrwRandomScheduler::new_from_seed(seed, runs), config()).run(run)
            }
            Strategy::Exhaustive => {
                Runner::new(DfsScheduler::new(Some(runs), false), config()).run(run)
            }
        }));
        Ok(Explored {
            runs: begun.load(Ordering::Relaxed),
            end: match ran {
                Err(_) => End::Failed,
                Ok(made) if made < runs => End::Exhausted,
                Ok(_) => End::Enough,
            },
        })
    }
}

/// Without the writing down of schedules that fail.
fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config
}
