//! Messages that come one by one, with pauses, are received one by one.
//!
//! After CPython's `_TestPoll.test_strings`.

use std::time::Duration;

use forktalk::{Process, pipe};

const STRINGS: [&str; 8] = ["hello", "", "a", "b", "", "bye", "", "lop"];

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let writer = Process::spawn(move || -> forktalk::Result<()> {
        for string in STRINGS {
            forktalk::sleep(Duration::from_millis(10));
            tx.send_bytes(string.as_bytes())?;
        }
        Ok(())
    })?;
    for string in STRINGS {
        while !rx.poll(Some(Duration::from_millis(3)))? {}
        let message = rx.recv_bytes()?;
        assert_eq!(message, string.as_bytes());
        println!("{string:?}");
    }
    assert!(writer.join()?.success());
    Ok(())
}
