//! A put into a full queue waits as long as it may, and then tells that no room came. If room comes, it waits no longer.
//!
//! After CPython's `_TestQueue.test_put`.

use std::time::Duration;

use forktalk::{Process, PutError, Queue, now};

const SHORT: Duration = Duration::from_millis(50);
const HOUR: Duration = Duration::from_secs(3600);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::bounded(1)?;
    queue.put(&"first".to_string())?;

    let before = now();
    let put = queue.put_timeout(&"second".to_string(), SHORT);
    assert_eq!(put, Err(PutError::Full));
    assert!(now() - before >= SHORT);
    println!("no room in 50 ms");
    assert_eq!(queue.len(), 1, "what was told to be too much is not in");

    let getter = Process::fork(|| -> forktalk::Result<()> {
        forktalk::sleep(SHORT);
        println!("a child gets the {} one", queue.get()?);
        Ok(())
    })?;
    queue.put_timeout(&"third".to_string(), HOUR)?;
    assert!(now() - before < HOUR / 2);
    getter.join()?;
    println!("room in less than an hour: the {} one is in", queue.get()?);
    Ok(())
}
