//! Two queues, each with one token, and two threads that need both: in opposite orders, or in the same.

use crate::queue::Queue;
use shuttle::thread;
use std::sync::Arc;

pub(crate) fn broken() {
    let [ink, paper] = [(); 2].map(|()| Arc::new(Queue::with([()])));
    let (his_ink, his_paper) = (Arc::clone(&ink), Arc::clone(&paper));
    let child = thread::spawn(move || print(&his_paper, &his_ink));
    print(&ink, &paper);
    child.join().unwrap();
}

pub(crate) fn repaired() {
    let [ink, paper] = [(); 2].map(|()| Arc::new(Queue::with([()])));
    let (his_ink, his_paper) = (Arc::clone(&ink), Arc::clone(&paper));
    let child = thread::spawn(move || print(&his_ink, &his_paper));
    print(&ink, &paper);
    child.join().unwrap();
}

fn print(one: &Queue<()>, other: &Queue<()>) {
    one.get();
    other.get();
    other.put(());
    one.put(());
}
