//! The same mistake on the other side: the parent reads what its child writes, and forgets that it holds a writing
//! end too. The child has long ended; no end-of-file comes.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let child = Process::fork(|| {
        rx.close();
        tx.send(&"a word from the child".to_string())
    })?;
    // Here `tx.close()` is missing.
    for word in &rx {
        println!("{word}");
    }
    println!("never printed");
    child.join()?;
    Ok(())
}
