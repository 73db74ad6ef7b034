//! A sentinel is a descriptor that becomes readable when the child has ended, joined or not.
//!
//! After CPython's `_TestProcess.test_sentinel`.

use std::time::Duration;

use forktalk::{Process, pipe, wait};

pub fn main() -> forktalk::Result<()> {
    let (stay, leave) = pipe::<()>()?;
    let child = Process::spawn(move || {
        let _ = stay.recv();
    })?;
    let sentinel = child.sentinel()?;
    assert_eq!(child.sentinel()?, sentinel, "always the same");
    assert!(wait(&[&child], Some(Duration::ZERO))?.is_empty());
    println!("not ready while the child runs");

    drop(leave);
    assert_eq!(wait(&[&child], None)?, [0]);
    println!("ready when it has ended");
    child.join()?;
    assert_eq!(wait(&[&child], Some(Duration::ZERO))?, [0]);
    println!("and after the join");
    Ok(())
}
