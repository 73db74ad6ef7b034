//! An end that was closed in this process says so, again and again; closing twice does no harm.

use forktalk::{Closed, RecvError, SendError, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    tx.send(&1)?;
    assert!(!tx.is_closed());
    tx.close();
    tx.close();
    assert!(tx.is_closed());
    assert_eq!(tx.send(&2), Err(SendError::Closed(Closed::Here)));
    println!("a closed writing end does not write");

    assert_eq!(rx.recv()?, 1);
    assert_eq!(rx.recv(), Err(RecvError::Closed(Closed::EndOfFile)));
    println!("what was written before is still read, then comes end-of-file");

    rx.close();
    assert_eq!(rx.recv(), Err(RecvError::Closed(Closed::Here)));
    assert!(rx.poll(None).is_err());
    println!("a closed reading end does not read");
    Ok(())
}
