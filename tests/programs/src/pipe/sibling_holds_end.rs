//! Two children by fork: the second inherits the writing end of the first one's pipe, and so the first waits for the
//! second, the second for the parent, and the parent for the first.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (first_rx, first_tx) = pipe::<u32>()?;
    let (second_rx, second_tx) = pipe::<u32>()?;
    let first = Process::fork(|| {
        first_tx.close();
        second_tx.close();
        for n in &first_rx {
            println!("first got {n}");
        }
    })?;
    let second = Process::fork(|| {
        second_tx.close();
        // Here `first_tx.close()` is missing.
        for n in &second_rx {
            println!("second got {n}");
        }
    })?;
    first_tx.send(&1)?;
    first_tx.close();
    first.join()?;
    second_tx.close();
    second.join()?;
    Ok(())
}
