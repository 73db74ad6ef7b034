//! Messages of every size that could be special: none, one byte, what is atomic on a pipe, a pipe full, 1 MiB.
//!
//! A message has a header of four bytes, hence the sizes four below.

use forktalk::{Process, pipe};

const SIZES: [usize; 14] = [
    0, 1, 4091, 4092, 4093, 4096, 4097, 16_384, 16_385, 65_531, 65_532, 65_533, 65_536, 1_048_576,
];

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let writer = Process::spawn(move || -> forktalk::Result<()> {
        for size in SIZES {
            tx.send_bytes(&pattern(size))?;
        }
        Ok(())
    })?;
    for size in SIZES {
        let message = rx.recv_bytes()?;
        assert!(message == pattern(size), "{size} bytes, and the right ones");
        println!("{size} bytes");
    }
    assert!(rx.recv_bytes().is_err());
    println!("end-of-file");
    assert!(writer.join()?.success());
    Ok(())
}

/// Bytes whose period is no power of two, so that a piece in the wrong place is seen.
fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}
