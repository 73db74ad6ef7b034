//! A queue without a bound takes 100,000 items while nobody gets, is drained, and does it again.

use forktalk::{Process, Queue};

const ITEMS: u32 = 100_000;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    for turn in ["once", "and again"] {
        let putter = Process::fork(|| queue.put_all(0..ITEMS).map(|_| ()))?;
        assert!(putter.join()?.success());
        assert_eq!(queue.len(), ITEMS as usize);

        let mut next = 0;
        while next < ITEMS {
            for n in queue.drain(1000)? {
                assert_eq!(n?, next);
                next += 1;
            }
        }
        assert!(queue.is_empty());
        println!("{ITEMS} in, {ITEMS} out, {turn}");
    }
    Ok(())
}
