//! Two messages stay two, however they lie in the pipe, and looking for them takes none away.
//!
//! After CPython's `_TestPoll.test_dont_merge`.

use std::time::Duration;

use forktalk::{Process, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<String, String>()?;
    assert!(!here.poll(Some(Duration::ZERO))?);
    let child = Process::spawn(move || -> forktalk::Result<()> {
        for message in ["a", "b"] {
            there.send(&message.to_string())?;
        }
        there.recv()?; // holds its end until the parent has looked
        Ok(())
    })?;

    assert!(here.poll(None)?);
    assert!(here.poll(None)?);
    println!("{}", here.recv()?);
    assert!(here.poll(Some(Duration::from_secs(10)))?);
    assert!(here.poll(Some(Duration::ZERO))?);
    println!("{}", here.recv()?);
    assert!(!here.poll(Some(Duration::ZERO))?);
    here.send(&"enough".to_string())?;
    assert!(child.join()?.success());
    Ok(())
}
