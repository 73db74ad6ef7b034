//! The most common mistake: one inherited writing end is not closed, so the reader waits for ever.
//!
//! The child reads to end-of-file, but it holds a writing end itself, by inheritance: it waits for itself.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let child = Process::fork(|| {
        // Here `tx.close()` is missing.
        for n in &rx {
            println!("the child got {n}");
        }
        println!("never printed");
    })?;
    rx.close();
    for n in 1..=3 {
        tx.send(&n)?;
    }
    tx.close();
    child.join()?;
    Ok(())
}
