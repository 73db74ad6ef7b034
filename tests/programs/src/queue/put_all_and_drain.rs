//! Three putters put batches. The order in a batch is kept, and nobody's items come in between; several are got at once.

use forktalk::{Process, Queue};

const PUTTERS: u32 = 3;
const BATCHES: u32 = 20;
const BATCH: u32 = 25;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<(u32, u32)>::unbounded()?;
    let putters: Vec<Process> = (0..PUTTERS)
        .map(|putter| {
            Process::fork(|| -> forktalk::Result<()> {
                for batch in 0..BATCHES {
                    let numbers = batch * BATCH..(batch + 1) * BATCH;
                    let put = queue.put_all(numbers.map(|number| (putter, number)))?;
                    assert_eq!(put, BATCH as usize);
                }
                Ok(())
            })
        })
        .collect::<Result<_, _>>()?;

    let mut all = Vec::new();
    while all.len() < (PUTTERS * BATCHES * BATCH) as usize {
        let some = queue.drain(40)?.collect::<Result<Vec<_>, _>>()?;
        assert!((1..=40).contains(&some.len()));
        all.extend(some);
    }
    for putter in putters {
        assert!(putter.join()?.success());
    }
    let mut next = [0; PUTTERS as usize];
    for batch in all.chunks(BATCH as usize) {
        let (putter, first) = batch[0];
        assert_eq!(first, next[putter as usize], "in the order of its putter");
        let together = (first..first + BATCH).map(|number| (putter, number));
        assert!(batch.iter().copied().eq(together), "nobody came between");
        next[putter as usize] += BATCH;
    }
    println!(
        "{} batches of {BATCH}, each in one piece",
        PUTTERS * BATCHES
    );
    Ok(())
}
