//! A queue of 64 bytes carries thousands of items of 0 to 40 bytes: they lie in a ring, and wrap around its end in
//! every way there is.

use forktalk::{Process, Queue};

const ITEMS: usize = 2000;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<()>::builder().bytes(64).build()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for number in 0..ITEMS {
            queue.put_bytes(&item(number))?;
        }
        Ok(())
    })?;
    for number in 0..ITEMS {
        assert_eq!(queue.get_bytes()?, item(number));
    }
    assert!(putter.join()?.success());
    println!("{ITEMS} items, each whole and in order");
    Ok(())
}

fn item(number: usize) -> Vec<u8> {
    let size = number * 7 % 41; // 41 is a prime: all sizes come, in a changing order
    (0..size).map(|at| (number + at) as u8).collect()
}
