//! A worker that finds no work says that it sleeps, and waits for the bell. If the work comes after its look and before its
//! word, nobody rings.

use forktalk::{Process, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let work = Queue::unbounded()?;
    let sleepers = Queue::unbounded()?;
    let (bell, ring) = pipe::<()>()?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        ring.close();
        if work.try_get() != Ok(7) {
            sleepers.put(&())?;
            bell.recv()?;
            assert_eq!(work.get()?, 7);
        }
        Ok(())
    })?;
    work.put(&7)?;
    if sleepers.try_get().is_ok() {
        ring.send(&())?;
    }
    assert!(worker.join()?.success());
    println!("the work is done");
    Ok(())
}
