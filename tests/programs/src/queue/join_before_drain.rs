//! A child puts 200 KB, and its parent joins it before it gets anything. A put is done when it returns: nothing is left
//! to do for the child, so it ends.

use forktalk::{Process, Queue};

const ITEMS: usize = 50;
const BYTES: usize = 4096;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<Vec<u8>>::unbounded()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for _ in 0..ITEMS {
            queue.put_bytes(&[7; BYTES])?;
        }
        Ok(())
    })?;
    println!("joined first: {}", putter.join()?);

    assert_eq!(queue.len(), ITEMS);
    for _ in 0..ITEMS {
        assert!(queue.get_bytes()? == [7; BYTES]);
    }
    println!("drained then: {ITEMS} items of {BYTES} bytes");
    Ok(())
}
