//! A thousand children, one after the other, each with an end of its own: no descriptor is left behind.

use std::os::fd::AsRawFd;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let before = next_descriptor()?;
    for n in 0..1000_u32 {
        let (rx, tx) = pipe::<u32>()?;
        let child = Process::spawn(move || tx.send(&n))?;
        assert_eq!(rx.recv()?, n);
        assert!(child.join()?.success());
    }
    assert_eq!(next_descriptor()?, before);
    println!("1000 children, and the next descriptor is the same as before");
    Ok(())
}

/// The lowest number that is free.
fn next_descriptor() -> forktalk::Result<i32> {
    let (rx, _tx) = pipe::<()>()?;
    Ok(rx.as_raw_fd())
}
