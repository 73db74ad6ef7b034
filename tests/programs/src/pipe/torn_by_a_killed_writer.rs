//! A child is killed in the middle of a long message, at an end that its parent holds too. Whatever the parent sent
//! now would be taken for the rest of that message: so it is told that the pipe is torn, and the reader gets nothing
//! wrong.

use forktalk::{Process, RecvError, SendError, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let child = Process::fork(|| {
        rx.close();
        tx.send_bytes(&vec![7; 4 << 20])
    })?;
    assert!(
        rx.poll(None)?,
        "it has begun, and does not fit into the pipe"
    );
    child.kill()?;
    println!("the child: {}", child.join()?);

    assert_eq!(tx.send_bytes(b"short"), Err(SendError::Torn));
    println!("the parent may not send: the pipe is torn");
    tx.close();
    match rx.recv_bytes() {
        Err(RecvError::CutShort { .. }) => println!("the reader is told: cut short"),
        other => panic!("{other:?}"),
    }
    Ok(())
}
