//! The tutorial's first program: a parent sends numbers down a pipe to a child, which prints them to end-of-file.
//!
//! `cargo run --example tutorial [COUNT]`, 1000 if none is given.

use forktalk::{Process, pipe};

fn main() -> forktalk::Result<()> {
    let count = std::env::args().nth(1);
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(1000);
    let (rx, tx) = pipe::<u32>()?;
    let child = Process::fork(|| {
        tx.close();
        for n in &rx {
            println!("{n}");
        }
    })?;
    rx.close();
    for n in 0..count {
        tx.send(&n)?;
    }
    tx.close();
    child.join()?;
    println!("the main process ended too");
    Ok(())
}
