//! A pool has one worker left, and that is killed. The parent waits for the worker's end beside its answer,
//! and hires another.

use forktalk::{Process, Sender, pipe, wait_relying_on};

pub fn main() -> forktalk::Result<()> {
    let (answers, tell) = pipe::<u32>()?;
    let mut worker = hire(&tell)?;
    while wait_relying_on(&[&answers], &[&worker], None).is_err() {
        worker = hire(&tell)?;
    }
    assert_eq!(answers.recv()?, 42);
    worker.join()?;
    println!("the answer: 42");
    Ok(())
}

fn hire(tell: &Sender<u32>) -> forktalk::Result<Process> {
    Ok(Process::fork(|| tell.send(&42))?)
}
