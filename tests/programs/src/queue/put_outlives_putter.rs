//! A putter is killed right after its last put returned. Everything that it put is there.

use std::time::Duration;

use forktalk::{Process, Queue, pipe};

const ITEMS: u32 = 100;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let (done, tell) = pipe::<()>()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for n in 0..ITEMS {
            queue.put(&n)?;
        }
        tell.send(&())?;
        forktalk::sleep(Duration::from_secs(3600));
        Ok(())
    })?;
    done.recv()?;
    putter.kill()?;
    println!("the putter: {}", putter.join()?);
    assert_eq!(queue.len(), ITEMS as usize);
    for n in 0..ITEMS {
        assert_eq!(queue.try_get()?, n);
    }
    println!("its {ITEMS} items are all there");
    Ok(())
}
