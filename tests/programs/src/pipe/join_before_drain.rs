//! The parent waits for its child's end before it reads what the child wrote. A pipe holds 64 KiB: the child waits for
//! room, and so never ends.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        for _ in 0..100 {
            tx.send(&"x".repeat(1000))?;
        }
        Ok(())
    })?;
    println!("the parent waits for the child");
    child.join()?; // too early: it belongs after the loop
    for line in rx {
        println!("{line}");
    }
    Ok(())
}
