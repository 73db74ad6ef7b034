//! A child is killed in the middle of a message of 4 MiB. The reader gets what had come, and then is told: cut short.

use forktalk::{Process, RecvError, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let child = Process::spawn(move || {
        tx.send_bytes(b"a short message")?;
        tx.send_bytes(&vec![0; 4 << 20])
    })?;
    assert_eq!(rx.recv_bytes()?, b"a short message");
    println!("the short message is whole");

    assert!(
        rx.poll(None)?,
        "the long one has begun; it does not fit into the pipe"
    );
    child.kill()?;
    println!("the child: {}", child.join()?);
    match rx.recv_bytes() {
        Err(RecvError::CutShort { received, .. }) => {
            assert!(received < 4 << 20);
            println!("the long message is cut short");
        }
        other => panic!("a whole message of a dead writer? {other:?}"),
    }
    Ok(())
}
