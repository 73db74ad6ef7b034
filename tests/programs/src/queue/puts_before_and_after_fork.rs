//! What was put before a fork is there once, not twice; what the child puts comes after it.
//!
//! After CPython's `_TestQueue.test_fork`.

use forktalk::{GetError, Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::unbounded()?;
    for n in 0..10 {
        queue.put(&n)?;
    }
    let child = Process::fork(|| -> forktalk::Result<()> {
        for n in 10..20 {
            queue.put(&n)?;
        }
        Ok(())
    })?;
    for n in 0..20 {
        assert_eq!(queue.get()?, n);
    }
    assert_eq!(queue.try_get(), Err(GetError::Empty));
    assert!(child.join()?.success());
    println!("20 items, in order, and no more");
    Ok(())
}
