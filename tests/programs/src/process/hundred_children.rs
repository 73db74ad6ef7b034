//! A hundred children, fifty at a time: first such that end by themselves, then such that are terminated.
//!
//! After CPython's `_TestProcess.test_many_processes`; a simulated run has at most 64 processes at a time.

use std::time::Duration;

use forktalk::{ExitStatus, Process, Signal};

pub fn main() -> forktalk::Result<()> {
    let exits = |_| Process::spawn(|| ());
    let sleeps = |_| Process::spawn(|| forktalk::sleep(Duration::from_secs(3600)));

    let children: Vec<Process> = (0..50).map(exits).collect::<Result<_, _>>()?;
    for child in &children {
        assert_eq!(child.join()?, ExitStatus::Exited(0));
    }
    println!("{} ended by themselves", children.len());

    let children: Vec<Process> = (0..50).map(sleeps).collect::<Result<_, _>>()?;
    for child in &children {
        child.terminate()?;
    }
    for child in &children {
        assert_eq!(child.join()?, ExitStatus::Signaled(Signal::TERM));
    }
    println!("{} were terminated", children.len());
    Ok(())
}
