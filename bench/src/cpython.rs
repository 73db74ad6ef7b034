//! CPython's `multiprocessing`, by a script that prints its number.

use crate::case::{Case, Who};
use std::error::Error;
use std::process::Command;

const SCRIPT: &str = include_str!("cpython.py");

pub(crate) fn measure(case: Case) -> Result<f64, Box<dyn Error>> {
    let (kind, size) = match case {
        Case::Bytes(size) => ("bytes", size),
        Case::Recv => ("recv", 0),
        Case::ForkJoin => ("fork", 0),
        Case::Iterate | Case::SpawnJoin => return Err("CPython has nothing of this kind".into()),
    };
    let count = case.count(Who::Cpython);
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT, kind]);
    python.args([count.to_string(), size.to_string()]);
    let output = python.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(case.value(count, std::time::Duration::from_secs_f64(seconds)))
}
