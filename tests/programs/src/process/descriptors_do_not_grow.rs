//! The more ends the parent holds, the more each new child would inherit: with `spawn` the last child holds as few as
//! the first.
//!
//! After CPython's `_TestProcess.test_child_fd_inflation`, which it cannot pass with fork.

use std::os::fd::AsRawFd;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<i32>()?;
    let mut held = Vec::new();
    for _ in 0..10 {
        let (stay, leave) = pipe::<()>()?;
        let tx = tx.try_clone()?;
        let child = Process::spawn(move || -> forktalk::Result<()> {
            let (probe, _) = pipe::<()>()?;
            tx.send(&probe.as_raw_fd())?; // the lowest number that is free
            let _ = stay.recv();
            Ok(())
        })?;
        held.push((child, leave));
    }
    let first = rx.recv()?;
    for _ in 1..10 {
        assert_eq!(rx.recv()?, first);
    }
    println!("ten children, and in each the same descriptor is the next");
    Ok(())
}
