//! A child puts five items, and its parent gets them in five ways. The sixth get is told at once that nothing is there.
//!
//! After CPython's `_TestQueue.test_get`.

use std::time::Duration;

use forktalk::{GetError, Process, Queue, now};

const HOUR: Duration = Duration::from_secs(3600);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u8>::unbounded()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for n in 1..=5 {
            queue.put(&n)?;
        }
        Ok(())
    })?;
    assert!(putter.join()?.success());
    assert!(!queue.is_empty());

    assert_eq!(queue.get()?, 1);
    assert_eq!(queue.try_get()?, 2);
    assert_eq!(queue.get_timeout(HOUR)?, 3);
    assert_eq!(queue.get_timeout(Duration::ZERO)?, 4);
    assert_eq!(queue.get_bytes()?, [5]); // as 5 is written
    assert!(queue.is_empty());
    println!("five are out, in order");

    let before = now();
    assert_eq!(queue.try_get(), Err(GetError::Empty));
    assert_eq!(queue.get_timeout(Duration::ZERO), Err(GetError::Empty));
    assert!(queue.get_bytes_timeout(Duration::ZERO).is_err());
    assert!(queue.try_drain(10).is_err());
    assert!(now() - before < Duration::from_secs(60));
    println!("the sixth is told at once: {}", GetError::Empty);
    Ok(())
}
