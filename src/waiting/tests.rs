//! A side's lock that is kept on and on, as by a stopped process: who has a deadline does not wait for it.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::ring::{GETTING, PUTTING};
use crate::{GetError, PutError, Queue, wait};

const SHORT: Duration = Duration::from_millis(1);

/// Runs `f` while another thread has the lock of a side.
fn while_locked(queue: &Queue<u8>, lock: usize, f: impl FnOnce()) {
    let ring = Arc::clone(&queue.core().ring);
    let (locked, is_locked) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    let keeper = thread::spawn(move || {
        let _held = ring.lock(lock, None).unwrap();
        locked.send(()).unwrap();
        let _ = is_done.recv();
    });
    is_locked.recv().unwrap();
    f();
    drop(done);
    keeper.join().unwrap();
}

#[test]
fn a_kept_putting_side_does_not_keep_who_has_a_deadline() {
    let queue = Queue::bounded(2).unwrap();
    while_locked(&queue, PUTTING, || {
        assert_eq!(queue.try_put(&1), Err(PutError::Full));
        assert_eq!(queue.put_timeout(&1, SHORT), Err(PutError::Full));
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        assert_eq!(queue.get_timeout(SHORT), Err(GetError::Empty));
        assert_eq!(queue.get_relying_on(&[], Some(SHORT)), Err(GetError::Empty));
        assert_eq!(wait(&[&queue], Some(SHORT)), Ok(vec![]));
    });
    queue.put(&1).unwrap();
    assert_eq!(queue.get(), Ok(1), "it goes on as before");
}

#[test]
fn a_kept_getting_side_does_not_keep_who_has_a_deadline() {
    let queue = Queue::bounded(1).unwrap();
    queue.put(&1).unwrap();
    while_locked(&queue, GETTING, || {
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        assert_eq!(queue.get_timeout(SHORT), Err(GetError::Empty));
        assert_eq!(queue.try_put(&2), Err(PutError::Full));
        assert_eq!(queue.put_timeout(&2, SHORT), Err(PutError::Full));
    });
    assert_eq!(queue.get(), Ok(1), "it goes on as before");
}

#[test]
fn an_iteration_that_ends_at_an_error_leaves_it_to_the_next_get() {
    let queue = Queue::<u8>::unbounded().unwrap();
    queue.put(&1).unwrap();
    queue.put_bytes(b"no u8").unwrap();
    queue.put(&2).unwrap();
    assert_eq!(queue.iter().collect::<Vec<_>>(), [1]);
    assert!(matches!(
        queue.get(),
        Err(GetError::Decode { bytes: 5, .. })
    ));
    assert_eq!(queue.get(), Ok(2));
}
