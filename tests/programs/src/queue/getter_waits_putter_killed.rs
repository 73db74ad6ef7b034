//! A getter waits for an item, and the last putter is killed. Nobody will ever put one: the getter is told.

use std::time::Duration;

use forktalk::{Closed, GetError, Process, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let (ready, tell) = pipe::<()>()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        queue.put(&1)?;
        tell.send(&())?;
        forktalk::sleep(Duration::from_secs(3600));
        Ok(())
    })?;
    let getter = Process::fork(|| {
        println!("the getter gets {}", queue.get().unwrap());
        let got = queue.get();
        assert_eq!(got, Err(GetError::Closed(Closed::Abandoned)));
        println!("the getter is told: {}", got.unwrap_err());
    })?;
    queue.leave(); // or the getter would hope for the parent
    ready.recv()?;
    forktalk::sleep(Duration::from_millis(100)); // by now the getter waits, most likely
    putter.kill()?;
    println!("the putter: {}", putter.join()?);
    assert!(getter.join()?.success());
    Ok(())
}
