//! CPython's `multiprocessing.Queue`, by a script that measures as the rig does and prints its number.

use super::case::{Case, Size, Way, Who, unknown};
use super::rig::Answer;
use std::process::{Command, Stdio};

const SCRIPT: &str = include_str!("cpython.py");

pub(crate) fn measure(case: Case) -> Answer<f64> {
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT]).stderr(Stdio::inherit());
    match case {
        Case::Load(load) if load.way == Way::PutGet => {
            let size = match load.size {
                Size::U64 => 0,
                Size::Bytes(bytes) => bytes,
            };
            python.args(["rate".to_owned(), size.to_string()]);
            python.args([load.putters, load.getters].map(|count| count.to_string()));
            python.args([
                load.size.capacity().to_string(),
                load.size.portion().to_string(),
            ]);
        }
        Case::Load(_) | Case::Alone(_) => return unknown(Who::Cpython, case),
        Case::RoundTrip { asleep } => {
            python.args(["trip".to_owned(), u8::from(asleep).to_string()]);
        }
    }
    let output = python.output()?;
    if !output.status.success() {
        return Err("the script failed".into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
