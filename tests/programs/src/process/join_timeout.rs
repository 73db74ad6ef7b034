//! A join with a timeout gives up when the time has passed; the child goes on, and can be joined later.
//!
//! After CPython's `_TestProcess.test_terminate`: a join of no time at all returns at once.

use std::time::Duration;

use forktalk::{ExitStatus, Process, now, pipe};

pub fn main() -> forktalk::Result<()> {
    let (stay, leave) = pipe::<()>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> { Ok(stay.recv()?) })?;

    assert_eq!(child.join_timeout(Duration::ZERO)?, None);
    let before = now();
    assert_eq!(child.join_timeout(Duration::from_millis(50))?, None);
    assert!(now() - before >= Duration::from_millis(50));
    assert!(child.is_alive());
    println!("after 50 ms the child is still there");

    leave.send(&())?;
    let status = child.join_timeout(Duration::from_secs(3600))?;
    assert_eq!(status, Some(ExitStatus::Exited(0)));
    println!("then, in less than an hour, it has ended");
    Ok(())
}
