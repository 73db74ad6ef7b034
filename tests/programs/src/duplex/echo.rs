//! A child sends back what it gets: values, bytes, nothing at all, 2 MiB.
//!
//! After CPython's `_TestConnection.test_connection`; its `recv_bytes_into` has no counterpart, and 16 MiB are 2.

use std::time::Duration;

use forktalk::{Closed, Process, RecvError, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<Vec<f64>, Vec<f64>>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        while let Ok(message) = there.recv_bytes() {
            there.send_bytes(&message)?;
        }
        Ok(())
    })?;

    here.send(&vec![1.0, 2.25, f64::NEG_INFINITY])?;
    assert_eq!(here.recv()?, [1.0, 2.25, f64::NEG_INFINITY]);
    println!("values come back equal");

    assert!(!here.poll(Some(Duration::ZERO))?);
    let before = forktalk::now();
    assert!(!here.poll(Some(Duration::from_millis(50)))?);
    assert!(forktalk::now() - before >= Duration::from_millis(50));
    println!("a poll for 50 ms waits 50 ms");

    here.send_bytes(b"hello, world")?;
    here.send_bytes(b"")?;
    assert_eq!(here.recv_bytes()?, b"hello, world");
    assert_eq!(here.recv_bytes()?, b"");
    let long: Vec<u8> = (0..2 << 20).map(|at| (at % 251) as u8).collect();
    here.send_bytes(&long)?;
    assert!(here.recv_bytes()? == long);
    println!("bytes come back equal");

    child.terminate()?;
    child.join()?;
    assert_eq!(here.recv_bytes(), Err(RecvError::Closed(Closed::EndOfFile)));
    println!("end-of-file");
    Ok(())
}
