//! The tutorial's program: a parent sends 1000 integers down a pipe to a child, which prints them up to end-of-file.
//!
//! `spawn` gives the child what its closure owns, here the reading end; the parent keeps the rest.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let count = std::env::args().nth(2).and_then(|count| count.parse().ok());
    let (rx, tx) = pipe::<u32>()?;
    let son = Process::spawn(move || {
        for n in rx {
            println!("{n}");
        }
    })?;
    for n in 0..count.unwrap_or(1000) {
        tx.send(&n)?;
    }
    drop(tx); // the last writing end: the child sees end-of-file
    son.join()?;
    println!("the main process ended too");
    Ok(())
}
