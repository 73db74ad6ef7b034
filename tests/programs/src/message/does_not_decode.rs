//! Bytes that are no value of the type are an error, not a panic. The message is consumed; the next one is well.

use forktalk::{RecvError, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    tx.send_bytes(&[3, 0xff, 0xff, 0xff])?; // a string of three bytes, which are no UTF-8
    tx.send_bytes(&[200, 1, b'x'])?; // a string of 200 bytes, of which one is there
    tx.send(&"a real one".to_string())?;
    for _ in 0..2 {
        match rx.recv() {
            Err(RecvError::Decode { bytes, .. }) => println!("{bytes} bytes that are no string"),
            other => panic!("{other:?}"),
        }
    }
    println!("{}", rx.recv()?);
    Ok(())
}
