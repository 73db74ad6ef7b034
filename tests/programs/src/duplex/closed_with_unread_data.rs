//! A duplex whose peer closes without reading all that it was sent. The kernel calls that a reset; here it is closed,
//! like every other end, with the reason inside. What the peer had sent before is read first.

use forktalk::{Closed, Process, RecvError, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<String, String>()?;
    here.send(&"never read".to_string())?;
    let child = Process::spawn(move || there.close())?;
    child.join()?;

    match here.recv() {
        Err(RecvError::Closed(Closed::Reset)) => println!("closed: the peer did not read all"),
        other => panic!("{other:?}"),
    }
    assert!(here.send(&"too late".to_string()).is_err());
    println!("closed: nobody reads any more");
    Ok(())
}
