//! A clone is as good as the first handle, and keeps the queue alive: who waits is told only when the last is gone.

use std::time::Duration;

use forktalk::{Closed, GetError, Process, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let gets = queue.try_clone()?;
    let (got, tell) = pipe::<()>()?;
    let getter = Process::spawn(move || -> forktalk::Result<()> {
        for _ in 0..2 {
            println!("the getter gets {}", gets.get()?);
            tell.send(&())?;
        }
        let end = gets.get().unwrap_err();
        assert_eq!(end, GetError::Closed(Closed::Abandoned));
        println!("the getter is told: {end}");
        Ok(())
    })?;
    queue.put(&1)?;
    got.recv()?;

    let clone = queue.try_clone()?;
    drop(queue);
    println!("the first handle is gone, and there is a clone");
    forktalk::sleep(Duration::from_millis(200)); // time enough to ask who is left
    clone.put(&2)?;
    got.recv()?;
    println!("the clone goes");
    drop(clone);
    assert!(getter.join()?.success());
    Ok(())
}
