//! A parent and its child get from the same empty queue. Each is the only one who could help the other: both are told.

use forktalk::{Closed, GetError, Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let child = Process::fork(|| {
        let got = queue.get();
        assert_eq!(got, Err(GetError::Closed(Closed::Abandoned)));
        println!("the child is told that nobody is left");
    })?;
    let got = queue.get();
    assert_eq!(got, Err(GetError::Closed(Closed::Abandoned)));
    println!("the parent is told that nobody is left");
    queue.leave(); // or the child, if it is not told yet, would hope again
    assert!(child.join()?.success());
    Ok(())
}
