//! A worker that finds no work says that it sleeps, and waits for the bell; in the repaired program it says so first.

use crate::queue::Queue;
use shuttle::sync::mpsc::{Receiver, channel};
use shuttle::thread;
use std::sync::Arc;

pub(crate) fn broken() {
    both(|work, sleepers, bell| {
        if work.try_get() != Some(7) {
            sleepers.put(());
            bell.recv().unwrap();
            assert_eq!(work.get(), 7);
        }
    });
}

pub(crate) fn repaired() {
    both(|work, sleepers, bell| {
        sleepers.put(());
        if work.try_get() != Some(7) {
            bell.recv().unwrap();
            assert_eq!(work.get(), 7);
        }
    });
}

fn both(worker: fn(&Queue<u32>, &Queue<()>, &Receiver<()>)) {
    let work = Arc::new(Queue::with([]));
    let sleepers = Arc::new(Queue::with([]));
    let (ring, bell) = channel();
    let (his_work, his_sleepers) = (Arc::clone(&work), Arc::clone(&sleepers));
    let worker = thread::spawn(move || worker(&his_work, &his_sleepers, &bell));
    work.put(7);
    if sleepers.try_get().is_some() {
        // The repaired worker may have ended, and its channel with it; a pipe's other reading end is the parent's own.
        let _ = ring.send(());
    }
    worker.join().unwrap();
}
