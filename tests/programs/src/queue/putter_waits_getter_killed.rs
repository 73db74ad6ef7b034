//! A putter waits for room, and the only getter is killed. Nobody will ever make room: the putter is told.

use std::time::Duration;

use forktalk::{Closed, Process, PutError, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::bounded(1)?;
    let (full, tell) = pipe::<()>()?;
    let puts = queue.try_clone()?;
    let putter = Process::spawn(move || -> forktalk::Result<()> {
        puts.put(&1)?;
        puts.put(&2)?;
        tell.send(&())?; // the getter has got 1, and 2 fills the queue
        let put = puts.put(&3);
        assert_eq!(put, Err(PutError::Closed(Closed::Abandoned)));
        println!("the putter is told: {}", put.unwrap_err());
        Ok(())
    })?;
    // Moved there: the parent holds the queue no longer.
    let (got, tell) = pipe::<u32>()?;
    let getter = Process::spawn(move || -> forktalk::Result<()> {
        tell.send(&queue.get()?)?;
        forktalk::sleep(Duration::from_secs(3600));
        Ok(())
    })?;
    println!("the getter got {}, and sleeps", got.recv()?);
    full.recv()?;
    forktalk::sleep(Duration::from_millis(100)); // by now the putter waits, most likely
    getter.kill()?;
    println!("the getter: {}", getter.join()?);
    assert!(putter.join()?.success());
    Ok(())
}
