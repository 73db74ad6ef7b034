//! A receive that gives up in the middle of a message keeps what had come: the next receive goes on with it.

use std::time::Duration;

use forktalk::{Process, RecvTimeoutError, pipe};

const BYTES: usize = 3_000_000;

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let writer = Process::spawn(move || -> forktalk::Result<()> {
        for filling in [17, 23] {
            tx.send(&vec![filling; BYTES])?; // many times what fits into the pipe
        }
        Ok(())
    })?;
    for filling in [17, 23] {
        let message = loop {
            match rx.recv_timeout(Duration::ZERO) {
                Ok(message) => break message,
                Err(RecvTimeoutError::Timeout) => forktalk::sleep(Duration::from_micros(100)),
                Err(other) => return Err(other.into()),
            }
        };
        assert!(message == vec![filling; BYTES], "all of it, in order");
        println!("a message of many pieces, whole");
    }
    assert!(writer.join()?.success());
    Ok(())
}
