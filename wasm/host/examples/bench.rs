//! How fast the simulator is: a call, a switch, a whole run. `cargo xtask bench sim` builds what it needs and runs it.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
            (memory (export "memory") 1)
            (global (export "__stack_pointer") (mut i32) (i32.const 1024))
            (func $ask (param $number i32) (result i32)
                (call $call (local.get $number) (i32.const 99) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
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
    let driver = Driver::new(
        program,
        Settings {
            kernel,
            strategy,
            record: false,
        },
    );
    driver.look(|run| run.set_step_limit(u32::MAX));
    driver
}

/// Runs once and sees that it ended well.
fn run(driver: &mut Driver) -> Result<(), Box<dyn Error>> {
    match driver.run(|_| {})? {
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

    // What a prototype reached, on another machine: only the order of magnitude travels.
    let cases = [
        ("call", "s", 43e-9, median(|| call(false))?),
        ("call+switch", "s", 155e-9, median(|| call(true))?),
        (
            "run/tutorial-3",
            "runs/s",
            160_000.0,
            median(|| tutorial(&mut tutorial_driver))?,
        ),
    ];
    if !json {
        println!(
            "{:<16}{:>16}{:>18}{:>8}",
            "case", "forktalk", "the prototype", "ratio"
        );
    }
    for (case, unit, prototype, value) in cases {
        if json {
            println!(
                r#"{{"bench":"sim","case":"{case}","who":"forktalk","value":{value:e},"unit":"{unit}"}}"#
            );
        } else {
            let ratio = value / prototype;
            println!(
                "{case:<16}{:>16}{:>18}{ratio:>8.2}",
                show(value, unit),
                show(prototype, unit)
            );
        }
    }
    Ok(())
}

fn show(value: f64, unit: &str) -> String {
    match unit {
        "s" => format!("{:.0} ns", value * 1e9),
        _ => format!("{value:.0} {unit}"),
    }
}
