//! A child has ended, and its own child lives on with copies of all that it had. A join with a timeout is not deceived.
//!
//! CPython's `join(timeout)` waits here until the time has passed, and then says that the child has not ended.

use std::time::Duration;

use forktalk::{ExitStatus, Process, now, pipe};

pub fn main() -> forktalk::Result<()> {
    let (stay, leave) = pipe::<()>()?;
    let child = Process::fork(|| {
        let grandchild = Process::fork(|| {
            leave.close();
            let _ = stay.recv();
        });
        assert!(grandchild.is_ok());
        7
    })?;
    stay.close();

    let before = now();
    let status = child.join_timeout(Duration::from_secs(15))?;
    assert_eq!(status, Some(ExitStatus::Exited(7)));
    assert!(now() - before < Duration::from_secs(10), "at once");
    println!("the child: exit code 7, while the grandchild lives");
    leave.close();
    Ok(())
}
