//! Whoever waits at a queue is woken when somebody closes it. What was left in it can still be got.

use std::time::Duration;

use forktalk::{Closed, GetError, Process, PutError, Queue};

pub fn main() -> forktalk::Result<()> {
    let full = Queue::<u32>::bounded(1)?;
    full.put(&7)?;
    let empty = Queue::<u32>::unbounded()?;
    let mut children = Vec::new();
    for _ in 0..2 {
        children.push(Process::fork(|| {
            let put = full.put(&8);
            assert_eq!(put, Err(PutError::Closed(Closed::Everywhere)));
            println!("a putter that waited is told: {}", put.unwrap_err());
        })?);
        children.push(Process::fork(|| {
            let got = empty.get();
            assert_eq!(got, Err(GetError::Closed(Closed::Everywhere)));
            println!("a getter that waited is told: {}", got.unwrap_err());
        })?);
    }
    forktalk::sleep(Duration::from_millis(100)); // by now they wait, most likely
    full.close();
    empty.close();
    for child in children {
        assert!(child.join()?.success());
    }

    assert!(full.is_closed());
    assert_eq!(full.try_put(&9), Err(PutError::Closed(Closed::Everywhere)));
    println!("what was left: {}", full.get()?);
    assert_eq!(full.get(), Err(GetError::Closed(Closed::Everywhere)));
    println!("and then nothing");
    Ok(())
}
