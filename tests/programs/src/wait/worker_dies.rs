//! Who waits for a worker's answer waits for its end too, so that its death is not waited out for ever.

use forktalk::{Process, duplex, wait};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<u32, u32>()?;
    // A fork, so that the parent keeps the worker's end open and no end-of-file would ever tell it.
    let worker = Process::fork(|| -> forktalk::Result<i32> {
        loop {
            match there.recv()? {
                0 => return Ok(3), // it divides by what it gets, and gives up
                n => there.send(&(100 / n))?,
            }
        }
    })?;
    for n in [5, 4, 0, 2] {
        here.send(&n)?;
        let ready = wait(&[&here, &worker], None)?;
        if ready.contains(&0) {
            println!("100 / {n} = {}", here.recv()?);
        } else {
            println!("100 / {n}: the worker is gone, {}", worker.join()?);
            break;
        }
    }
    Ok(())
}
