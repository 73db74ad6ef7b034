//! The shortest program that shows a pipe, a fork and an end-of-file: the one to look at first.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let child = Process::fork(|| {
        tx.close();
        for n in &rx {
            println!("the child got {n}");
        }
        println!("the child saw the end");
    })?;
    rx.close();
    for n in 1..=3 {
        tx.send(&n)?;
    }
    tx.close();
    child.join()?;
    println!("the parent ends too");
    Ok(())
}
