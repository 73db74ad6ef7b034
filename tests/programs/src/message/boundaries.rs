//! A poll must not eat the beginning of a message, wherever it looks from.
//!
//! After CPython's `_TestPoll.test_boundaries`: another process polls the end that the parent will read from.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let (watched, seen) = pipe::<bool>()?;
    let poller = Process::fork(|| -> forktalk::Result<()> {
        tx.close();
        seen.send(&rx.poll(None)?)?;
        Ok(())
    })?;
    let messages = ["first", "second"];
    let writer = Process::fork(|| -> forktalk::Result<()> {
        for message in messages {
            tx.send(&message.to_string())?;
        }
        Ok(())
    })?;
    tx.close();

    assert!(watched.recv()?, "there is something to read");
    poller.join()?;
    writer.join()?;
    for expected in messages {
        let message = rx.recv()?;
        assert_eq!(message, expected);
        println!("{message}");
    }
    assert!(rx.recv().is_err());
    println!("end-of-file");
    Ok(())
}
