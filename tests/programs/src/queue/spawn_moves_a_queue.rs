//! A queue that is moved into `spawn` is the child's alone: nobody else could ever put, and its get says so. And who
//! leaves a queue holds it no longer.

use forktalk::{Closed, GetError, Process, PutError, Queue, QueueError};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    queue.put(&1)?;
    let child = Process::spawn(move || {
        println!("the child gets {}", queue.get().unwrap());
        let got = queue.get();
        assert_eq!(got, Err(GetError::Closed(Closed::Abandoned)));
        println!("the child is told: {}", got.unwrap_err());
    })?;
    assert!(child.join()?.success());

    let queue = Queue::<u32>::unbounded()?;
    let child = Process::fork(|| queue.put(&2))?;
    queue.leave();
    let put = queue.put(&3);
    assert_eq!(put, Err(PutError::Closed(Closed::Here)));
    assert_eq!(queue.get(), Err(GetError::Closed(Closed::Here)));
    let clone = queue.try_clone();
    assert_eq!(clone.unwrap_err(), QueueError::Closed(Closed::Here));
    println!("the parent is told: {}", put.unwrap_err());
    assert!(child.join()?.success(), "the child's handle is its own");
    Ok(())
}
