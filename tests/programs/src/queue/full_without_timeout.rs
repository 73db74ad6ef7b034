//! A queue of six items is filled in six ways. The seventh put is told at once that the queue is full.
//!
//! After CPython's `_TestQueue.test_put`.

use std::time::Duration;

use forktalk::{Process, PutError, Queue, now};

const HOUR: Duration = Duration::from_secs(3600);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::bounded(6)?;
    assert!(queue.is_empty() && !queue.is_full());
    queue.put(&1)?;
    queue.try_put(&2)?;
    queue.put_timeout(&3, HOUR)?;
    queue.put_timeout(&4, Duration::ZERO)?;
    queue.put_bytes(&[5])?; // as 5 is written
    queue.put_all([6])?;
    assert!(queue.is_full() && !queue.is_empty());
    println!("six are in");

    let before = now();
    assert_eq!(queue.try_put(&7), Err(PutError::Full));
    assert_eq!(queue.put_timeout(&7, Duration::ZERO), Err(PutError::Full));
    assert!(queue.put_bytes_timeout(&[7], Duration::ZERO).is_err());
    assert!(now() - before < Duration::from_secs(60));
    println!("the seventh is told at once: {}", PutError::Full);

    let getter = Process::fork(|| -> forktalk::Result<()> {
        for n in 1_u8..=6 {
            assert_eq!(queue.get()?, n);
        }
        Ok(())
    })?;
    assert!(getter.join()?.success());
    assert!(queue.is_empty() && !queue.is_full());
    println!("a child has got all six: empty again");
    Ok(())
}
