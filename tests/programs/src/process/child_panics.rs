//! A child that panics says so on standard error and exits with 101. Its parent is told, and goes on.

use forktalk::{ExitStatus, Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let child = Process::spawn(move || {
        println!("the child begins");
        let words = ["one", "two"];
        let number = words.len();
        tx.send(&1)?;
        assert!(number > 2, "there are only {number} words");
        tx.send(&2)
    })?;
    assert_eq!(rx.recv()?, 1);
    assert!(rx.recv().is_err(), "the end that it held is closed");
    let status = child.join()?;
    assert_eq!(status, ExitStatus::Exited(101));
    println!("the child panicked: {status}");
    Ok(())
}
