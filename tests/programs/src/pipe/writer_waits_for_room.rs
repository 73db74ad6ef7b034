//! A pipe holds 64 KiB. A writer that is ahead waits until the reader has made room; nothing is lost, nothing reordered.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<(u32, Vec<u8>)>()?;
    let (begin, go) = pipe::<()>()?;
    let reader = Process::spawn(move || -> forktalk::Result<()> {
        begin.recv()?;
        let mut expected = 0;
        for (number, filling) in rx {
            assert_eq!((number, filling.len()), (expected, 1000));
            expected += 1;
        }
        println!("the reader got {expected} messages, in order");
        Ok(())
    })?;
    let writer = Process::spawn(move || -> forktalk::Result<()> {
        for number in 0..300 {
            tx.send(&(number, vec![1; 1000]))?;
        }
        println!("the writer has written all");
        Ok(())
    })?;
    assert!(writer.is_alive(), "300,000 bytes do not fit");
    go.send(&())?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
