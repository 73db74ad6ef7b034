//! Writing to a pipe that nobody reads any more is an error, not a signal and not a wait.

use forktalk::{Closed, Process, SendError, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        let n = rx.recv()?;
        println!("the child read {n}, and wants no more");
        Ok(())
    })?;
    tx.send(&1)?;
    child.join()?;
    let answer = tx.send(&2);
    assert_eq!(answer, Err(SendError::Closed(Closed::BrokenPipe)));
    println!("the parent was told: broken pipe");
    Ok(())
}
