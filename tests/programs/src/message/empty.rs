//! A message of no bytes is a message: poll sees it, as often as it looks, and it is not end-of-file.
//!
//! After CPython's `_TestPoll.test_empty_string`; the end-of-file is new.

use std::time::Duration;

use forktalk::pipe;

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    assert!(!rx.poll(Some(Duration::ZERO))?);
    println!("nothing is there");

    tx.send_bytes(b"")?;
    tx.send_bytes(b"")?;
    assert!(rx.poll(Some(Duration::ZERO))?);
    assert!(rx.poll(None)?);
    for _ in 0..2 {
        assert_eq!(rx.recv_bytes()?, b"");
        println!("an empty message");
    }
    assert!(!rx.poll(Some(Duration::ZERO))?);
    println!("nothing is there");

    tx.close();
    assert!(rx.recv_bytes().is_err());
    println!("end-of-file");
    Ok(())
}
