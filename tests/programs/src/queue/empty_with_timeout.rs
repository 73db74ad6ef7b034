//! A get from an empty queue waits as long as it may, and then tells that nothing came. If an item comes, it waits no
//! longer.
//!
//! After CPython's `_TestQueue.test_timeout` and `test_get`.

use std::time::Duration;

use forktalk::{GetError, Process, Queue, now};

const SHORT: Duration = Duration::from_millis(50);
const HOUR: Duration = Duration::from_secs(3600);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<String>::unbounded()?;
    let before = now();
    assert_eq!(queue.get_timeout(SHORT), Err(GetError::Empty));
    assert!(now() - before >= SHORT);
    println!("nothing in 50 ms");

    let putter = Process::fork(|| -> forktalk::Result<()> {
        forktalk::sleep(SHORT);
        Ok(queue.put(&"something".to_string())?)
    })?;
    println!("{} in less than an hour", queue.get_timeout(HOUR)?);
    assert!(now() - before >= 2 * SHORT);
    assert!(now() - before < HOUR / 2);
    assert!(putter.join()?.success());
    Ok(())
}
