//! A worker says that it is about to sleep before it looks for work, and waits for the bell if there is none. Work that
//! comes after its look comes after its word too: somebody rings.

use forktalk::{Process, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let work = Queue::unbounded()?;
    let sleepers = Queue::unbounded()?;
    let (bell, ring) = pipe::<()>()?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        ring.close();
        sleepers.put(&())?;
        if work.try_get() != Ok(7) {
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
