//! A process whose parent has ended goes on, under another parent.
//!
//! After CPython's `_TestProcess.test_parent_process`.

use forktalk::{ExitStatus, Process, Signal, current, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<i32>()?;
    let (ask, question) = pipe::<()>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        let grandchild = Process::spawn(move || -> forktalk::Result<()> {
            tx.send(&current().parent_pid().0)?;
            ask.recv()?;
            tx.send(&current().parent_pid().0)?;
            Ok(())
        })?;
        grandchild.join()?;
        Ok(())
    })?;

    assert_eq!(rx.recv()?, child.pid().0);
    println!("the grandchild knows its parent");
    child.terminate()?;
    assert_eq!(child.join()?, ExitStatus::Signaled(Signal::TERM));
    question.send(&())?;
    assert_ne!(rx.recv()?, child.pid().0);
    println!("the grandchild has another parent now");
    assert!(rx.recv().is_err());
    Ok(())
}
