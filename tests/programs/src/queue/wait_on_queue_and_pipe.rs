//! A wait takes a queue beside a pipe and a process, and tells exactly those that are ready.

use std::time::Duration;

use forktalk::{Process, Queue, pipe, wait};

const SHORT: Option<Duration> = Some(Duration::from_millis(50));

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let (rx, tx) = pipe::<u32>()?;
    let (go, tell) = pipe::<()>()?;
    let child = Process::fork(|| -> forktalk::Result<()> {
        go.recv()?;
        queue.put(&1)?;
        go.recv()?;
        tx.send(&2)?;
        Ok(go.recv()?)
    })?;
    assert!(wait(&[&queue, &rx, &child], SHORT)?.is_empty());
    println!("nothing in 50 ms");

    tell.send(&())?;
    assert_eq!(wait(&[&queue, &rx, &child], None)?, [0]);
    println!("the queue has something to get");
    tell.send(&())?;
    assert_eq!(wait(&[&rx, &child], None)?, [0]);
    assert_eq!(wait(&[&queue, &rx, &child], None)?, [0, 1]);
    println!("and the pipe something to receive");

    assert_eq!(queue.get()?, 1);
    assert_eq!(wait(&[&queue, &rx, &child], None)?, [1]);
    println!("only the pipe still has: the queue is empty");
    assert_eq!(rx.recv()?, 2);
    tell.send(&())?;
    assert_eq!(wait(&[&queue, &rx, &child], None)?, [2]);
    println!("the child has ended");
    queue.close();
    assert_eq!(wait(&[&queue, &rx, &child], None)?, [0, 2]);
    println!("and the queue is closed");
    child.join()?;
    Ok(())
}
