//! Two processes get what is in a queue, as long as it is not empty. Both may see the last item; one gets it, and the other
//! waits for the next.

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
    while !queue.is_empty() {
        assert_eq!(queue.get()?, 7);
    }
    Ok(())
}
