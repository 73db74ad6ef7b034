//! What a child holds: with `spawn` what its function owns, with `fork` all.
//!
//! After CPython's `TestCloseFds.test_closefd`.

use std::time::Duration;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<()>()?;
    let (stay, leave) = pipe::<()>()?;
    let spawned = Process::spawn(move || {
        let _ = stay.recv();
    })?;
    tx.close();
    assert!(rx.recv().is_err());
    println!(
        "end-of-file, though the spawned child lives: {}",
        spawned.is_alive()
    );
    leave.close();
    spawned.join()?;

    let (rx, tx) = pipe::<()>()?;
    let (stay, leave) = pipe::<()>()?;
    let forked = Process::fork(|| {
        leave.close();
        let _ = stay.recv();
    })?;
    tx.close();
    let told = rx.poll(Some(Duration::from_millis(20)))?;
    println!("end-of-file, while the forked child lives: {told}");
    leave.close();
    forked.join()?;
    assert!(rx.recv().is_err());
    println!("end-of-file, once it has ended");
    Ok(())
}
