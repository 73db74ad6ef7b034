//! Two threads get what is in a queue, as long as it is not empty.

use crate::queue::Queue;
use shuttle::thread;
use std::sync::Arc;

pub(crate) fn broken() {
    both(|queue| {
        while !queue.is_empty() {
            assert_eq!(queue.get(), 7);
        }
    });
}

pub(crate) fn repaired() {
    both(|queue| {
        while let Some(n) = queue.try_get() {
            assert_eq!(n, 7);
        }
    });
}

fn both(take_all: fn(&Queue<u32>)) {
    let queue = Arc::new(Queue::with([7]));
    let his = Arc::clone(&queue);
    let child = thread::spawn(move || take_all(&his));
    take_all(&queue);
    child.join().unwrap();
}
