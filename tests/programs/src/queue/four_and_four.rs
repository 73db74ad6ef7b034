//! Four putters and four getters at one queue: each item is got by exactly one getter, and those of one putter in their
//! order.

use forktalk::{Process, Queue};

const PUTTERS: usize = 4;
const GETTERS: usize = 4;
const ITEMS: usize = 50;

type Item = (usize, usize);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<Item>::bounded(10)?;
    let results = Queue::<Vec<Item>>::unbounded()?;
    let putters: Vec<Process> = (0..PUTTERS)
        .map(|putter| {
            Process::fork(|| -> forktalk::Result<()> {
                for number in 0..ITEMS {
                    queue.put(&(putter, number))?;
                }
                Ok(())
            })
        })
        .collect::<Result<_, _>>()?;
    let getters: Vec<Process> = (0..GETTERS)
        .map(|_| Process::fork(|| results.put(&queue.iter().collect())))
        .collect::<Result<_, _>>()?;
    for putter in putters {
        assert!(putter.join()?.success());
    }
    queue.close(); // nobody puts any more: the getters take the rest and end

    let mut all = Vec::new();
    for getter in getters {
        assert!(getter.join()?.success());
        let got = results.get()?;
        for putter in 0..PUTTERS {
            let numbers = got.iter().filter(|item| item.0 == putter);
            assert!(numbers.is_sorted(), "in the order of its putter");
        }
        all.extend(got);
    }
    all.sort();
    let put = (0..PUTTERS).flat_map(|putter| (0..ITEMS).map(move |number| (putter, number)));
    assert!(all.into_iter().eq(put), "each once");
    println!("{} items, each got once", PUTTERS * ITEMS);
    Ok(())
}
