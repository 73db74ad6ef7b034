//! The tutorial's program as fork has it: both ends are copied into the child, and each side closes what it does not
//! use.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let count = std::env::args().nth(2).and_then(|count| count.parse().ok());
    let (rx, tx) = pipe::<u32>()?;
    let son = Process::fork(|| {
        tx.close(); // the child only reads
        for n in &rx {
            println!("{n}");
        }
    })?;
    rx.close(); // the parent only writes
    for n in 0..count.unwrap_or(1000) {
        tx.send(&n)?;
    }
    tx.close();
    son.join()?;
    println!("the main process ended too");
    Ok(())
}
