//! Children that sleep, wait for a message or wait for room are terminated just the same.
//!
//! After CPython's `_TestProcess.test_terminate`, where the child sleeps.

use std::time::Duration;

use forktalk::{ExitStatus, Process, Signal, active_children, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let (filled, fill) = pipe::<Vec<u8>>()?;
    let children = [
        Process::spawn(|| forktalk::sleep(Duration::from_secs(3600)))?,
        Process::spawn(move || {
            let _ = rx.recv();
        })?,
        Process::spawn(move || while fill.send(&vec![0; 1000]).is_ok() {})?,
    ];
    assert!(filled.poll(None)?);
    for (child, what) in children.iter().zip(["sleeps", "receives", "sends"]) {
        assert_eq!(child.join_timeout(Duration::ZERO)?, None);
        child.terminate()?;
        let status = child.join()?;
        assert_eq!(status, ExitStatus::Signaled(Signal::TERM));
        println!("a child that {what}: {status}");
    }
    assert!(active_children().is_empty());
    assert!(tx.send(&vec![1]).is_err(), "its reader is gone");
    Ok(())
}
