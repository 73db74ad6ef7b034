use crate::{Check, waiting_for};
use forktalk_abi::{Result, System};
use forktalk_native::Unix;
use std::sync::mpsc::channel;
use std::thread;

pub(crate) const CHECKS: &[Check] = &[
    ("thread_count/counts_the_living", counts),
    ("thread_count/a_joined_thread_is_gone", joined),
];

fn counts() -> Result<()> {
    assert_eq!(Unix::thread_count(), 1);
    let (go, wait) = channel::<()>();
    let other = thread::spawn(move || wait.recv());
    assert_eq!(Unix::thread_count(), 2);
    drop(go);
    waiting_for("a thread");
    let _ = other.join();
    assert_eq!(Unix::thread_count(), 1);
    Ok(())
}

/// The kernel may list a thread a little longer than it can be joined.
fn joined() -> Result<()> {
    for round in 0..2000 {
        let _ = thread::spawn(|| ()).join();
        assert_eq!(Unix::thread_count(), 1, "round {round}");
    }
    Ok(())
}
