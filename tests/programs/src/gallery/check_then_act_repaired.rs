//! Two processes get what is in a queue, as long as it is not empty. To look and to get is one call: who comes second is
//! told that nothing is there.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::unbounded()?;
    queue.put(&7)?;
    let child = Process::fork(|| take_all(&queue))?;
    take_all(&queue)?;
    assert!(child.join()?.success());
    println!("the queue is empty");
    Ok(())
}

fn take_all(queue: &Queue<u32>) -> forktalk::Result<()> {
    while let Ok(n) = queue.try_get() {
        assert_eq!(n, 7);
    }
    Ok(())
}
