//! A pool has one worker left, and that is killed. The parent may hire more, so it holds a writing end itself: no
//! end-of-file tells it that nobody will answer.

use forktalk::{Process, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    let (answers, tell) = pipe::<u32>()?;
    let worker = hire(&tell)?;
    assert_eq!(answers.recv()?, 42);
    worker.join()?;
    println!("the answer: 42");
    Ok(())
}

fn hire(tell: &Sender<u32>) -> forktalk::Result<Process> {
    Ok(Process::fork(|| tell.send(&42))?)
}
