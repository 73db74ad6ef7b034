//! Two workers share two jobs, and each job makes a page; a channel holds one of them.

use crate::queue::Queue;
use shuttle::sync::mpsc::{Receiver, sync_channel};
use shuttle::thread::{self, JoinHandle};
use std::sync::Arc;

pub(crate) fn broken() {
    let jobs = Arc::new(Queue::with([1, 2]));
    let mut pages = 0;
    for (worker, made) in [hire(&jobs), hire(&jobs)] {
        worker.join().unwrap();
        pages += made.iter().count();
    }
    assert_eq!(pages, 2);
}

pub(crate) fn repaired() {
    let jobs = Arc::new(Queue::with([1, 2]));
    let mut pages = 0;
    for (worker, made) in [hire(&jobs), hire(&jobs)] {
        pages += made.iter().count();
        worker.join().unwrap();
    }
    assert_eq!(pages, 2);
}

fn hire(jobs: &Arc<Queue<u32>>) -> (JoinHandle<()>, Receiver<()>) {
    let (make, made) = sync_channel(1);
    let jobs = Arc::clone(jobs);
    let worker = thread::spawn(move || {
        while jobs.try_get().is_some() {
            make.send(()).unwrap();
        }
    });
    (worker, made)
}
