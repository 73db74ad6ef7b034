//! A queue of one item: its putter goes in step with its getter, and waits for room before each put.

use std::time::Duration;

use forktalk::{Process, Queue, pipe};

const ITEMS: u32 = 5;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::bounded(1)?;
    let (put, tell) = pipe::<u32>()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for n in 0..ITEMS {
            queue.put(&n)?;
            tell.send(&n)?;
        }
        Ok(())
    })?;
    for n in 0..ITEMS {
        assert_eq!(put.recv()?, n);
        // However long one looks: the next one does not come in.
        assert!(!put.poll(Some(Duration::from_millis(20)))?);
        assert!(queue.is_full());
        println!("{n} is in, and fills the queue");
        assert_eq!(queue.get()?, n);
    }
    assert!(putter.join()?.success());
    assert!(queue.is_empty());
    Ok(())
}
