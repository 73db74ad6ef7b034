//! How fast the simulator is: a call, a switch, a whole run; beside it what wasmtime takes for the first two without a
//! simulator. `cargo xtask bench sim` builds what it needs and runs it.

mod bare;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use forktalk_abi::wire::SUSPEND;
use forktalk_explore::strategy::{Default as RunOn, RoundRobin};
use forktalk_explore::{End, Settings, Strategy};
use forktalk_host::{Driver, Program};
use forktalk_kernel::Config;

/// Each case is measured so often; the median counts.
const ROUNDS: usize = 7;

/// How many calls a guest of the first two cases makes.
const CALLS: u32 = 400_000;

/// How long runs are made again and again in a round.
const ROUND: Duration = Duration::from_millis(500);

/// A guest that makes calls that are steps and do nothing: it closes what is not open. With `forks`, both do.
fn caller(forks: bool) -> String {
    let fork = if forks {
        "(drop (call $ask (i32.const 9)))"
    } else {
        ""
    };
    format!(
        r#"(module
            (import "forktalk" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
            (import "forktalk" "wait" (func $wait (result i32)))
            (memory (export "memory") 1)
            (global (export "__stack_pointer") (mut i32) (i32.const 1024))
            (func $ask (param $number i32) (result i32) (local $answer i32)
                (local.set $answer (call $call (local.get $number) (i32.const 99) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
                (if (i32.eq (local.get $answer) (i32.const {SUSPEND}))
                    (then (local.set $answer (call $wait))))
                (local.get $answer))
            (func $loop (export "forktalk_child") (param i32) (local $left i32)
                (local.set $left (i32.const {CALLS}))
                (loop $again
                    (drop (call $ask (i32.const 7)))
                    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
            (func (export "_start") {fork} (call $loop (i32.const 0))))"#
    )
}

fn driver(
    program: &Arc<Program>,
    strategy: Box<dyn Strategy + Send>,
    arguments: &[&str],
) -> Driver {
    let kernel = Config {
        arguments: arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect(),
        ..Config::default()
    };
    let mut driver = Driver::new(
        program,
        Settings {
            kernel,
            strategy,
            record: false,
        },
    );
    driver.run_mut().set_step_limit(u32::MAX);
    driver
}

/// Runs once and sees that it ended well.
fn run(driver: &mut Driver) -> Result<(), Box<dyn Error>> {
    match driver.drive(|_| {})? {
        End::Finished(status) if status.success() => Ok(()),
        other => Err(format!("a run ended otherwise: {other:?}").into()),
    }
}

/// Seconds a call.
fn call(forks: bool) -> Result<f64, Box<dyn Error>> {
    let program = Program::from_bytes("caller", &wat::parse_str(caller(forks))?)?;
    let strategy: Box<dyn Strategy + Send> = if forks {
        Box::new(RoundRobin)
    } else {
        Box::new(RunOn)
    };
    let mut driver = driver(&program, strategy, &[]);
    let calls = if forks { 2 * CALLS } else { CALLS };
    let start = Instant::now();
    run(&mut driver)?;
    Ok(start.elapsed().as_secs_f64() / f64::from(calls))
}

/// Runs of the tutorial's program with three messages, a second.
fn tutorial(driver: &mut Driver) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < ROUND {
        driver.reset(0, None);
        run(driver)?;
        runs += 1;
    }
    Ok(f64::from(runs) / start.elapsed().as_secs_f64())
}

fn median(mut measure: impl FnMut() -> Result<f64, Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.push(measure()?);
    }
    all.sort_by(f64::total_cmp);
    Ok(all[ROUNDS / 2])
}

fn main() -> Result<(), Box<dyn Error>> {
    let json = std::env::args().any(|argument| argument == "--json");
    let guests = std::env::var("FORKTALK_TUTORIAL")
        .map_err(|_| "FORKTALK_TUTORIAL names no module: run `cargo xtask bench sim`")?;
    let program = Program::load(Path::new(&guests))?;
    let mut tutorial_driver = driver(&program, Box::new(RunOn), &["tutorial", "3"]);
    run(&mut tutorial_driver)?;

    let runs = median(|| tutorial(&mut tutorial_driver))?;
    let cases = [
        Case {
            name: "call",
            unit: "s",
            ours: median(|| call(false))?,
            bare: Some(median(bare::call)?),
            to_reach: "below 60 ns",
        },
        Case {
            name: "call+switch",
            unit: "s",
            ours: median(|| call(true))?,
            bare: Some(median(bare::switch)?),
            to_reach: "below 200 ns",
        },
        Case {
            name: "run/tutorial-3",
            unit: "runs/s",
            ours: runs,
            bare: None,
            to_reach: "60000 runs/s",
        },
    ];
    if json {
        cases.iter().for_each(Case::print_json);
    } else {
        print_table(&cases);
    }
    Ok(())
}

struct Case {
    name: &'static str,
    unit: &'static str,
    ours: f64,
    /// wasmtime's own part, where it can be had alone.
    bare: Option<f64>,
    /// On the machine that it was measured on: one on which bare `pipe(2)` carries 3.2 million messages/s.
    to_reach: &'static str,
}

impl Case {
    fn print_json(&self) {
        let (case, unit) = (self.name, self.unit);
        for (who, value) in [("forktalk", Some(self.ours)), ("wasmtime", self.bare)] {
            if let Some(value) = value {
                println!(
                    r#"{{"bench":"sim","case":"{case}","who":"{who}","value":{value:e},"unit":"{unit}"}}"#
                );
            }
        }
    }
}

fn print_table(cases: &[Case]) {
    println!(
        "{:<16}{:>16}{:>16}{:>8}{:>16}",
        "case", "forktalk", "bare wasmtime", "ratio", "to reach"
    );
    for case in cases {
        let (bare, ratio) = match case.bare {
            Some(bare) => (show(bare, case.unit), format!("{:.1}", case.ours / bare)),
            None => ("–".to_owned(), "–".to_owned()),
        };
        let ours = show(case.ours, case.unit);
        let (name, to_reach) = (case.name, case.to_reach);
        println!("{name:<16}{ours:>16}{bare:>16}{ratio:>8}{to_reach:>16}");
    }
}

fn show(value: f64, unit: &str) -> String {
    match unit {
        "s" => format!("{:.0} ns", value * 1e9),
        _ => format!("{value:.0} {unit}"),
    }
}
