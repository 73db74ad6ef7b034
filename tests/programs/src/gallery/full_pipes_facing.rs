//! Two processes swap pages, each larger than a pipe holds. Each first takes what is there already, to make room. If both
//! look before either has sent, nothing is there: both send, and neither receives.

use std::time::Duration;

use forktalk::{Process, Receiver, Sender, pipe};

/// With its header of four bytes, three more than a pipe holds.
const PAGE_BYTES: usize = 65_535;

pub fn main() -> forktalk::Result<()> {
    let (here, to_here) = pipe::<()>()?;
    let (there, to_there) = pipe::<()>()?;
    let child = Process::fork(|| {
        here.close();
        to_there.close();
        swap(&there, &to_here)
    })?;
    there.close();
    to_here.close();
    swap(&here, &to_there)?;
    assert!(child.join()?.success());
    println!("each has the other's page");
    Ok(())
}

fn swap(from: &Receiver<()>, to: &Sender<()>) -> forktalk::Result<()> {
    let receive_first = from.poll(Some(Duration::ZERO))?;
    if receive_first {
        assert_eq!(from.recv_bytes()?.len(), PAGE_BYTES);
    }
    to.send_bytes(&vec![7; PAGE_BYTES])?;
    if !receive_first {
        assert_eq!(from.recv_bytes()?.len(), PAGE_BYTES);
    }
    Ok(())
}
