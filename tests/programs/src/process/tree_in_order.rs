//! A tree of processes three deep: each writes its place into one pipe, then starts its children, one after the other.
//!
//! After CPython's `_TestProcess.test_recursion`.

use forktalk::{Process, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    grow(&tx, &[])?;
    tx.close();
    for place in rx {
        println!("{place:?}");
    }
    Ok(())
}

fn grow(tx: &Sender<Vec<u8>>, place: &[u8]) -> forktalk::Result<()> {
    tx.send(&place.to_vec())?;
    if place.len() == 3 {
        return Ok(());
    }
    for branch in 0..2 {
        let place = [place, &[branch]].concat();
        let child = Process::fork(|| grow(tx, &place))?;
        assert!(child.join()?.success());
    }
    Ok(())
}
