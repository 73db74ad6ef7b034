//! Three stages over two queues: the first makes numbers, the second squares them, the third adds them up. Each closes
//! the queue behind it when it has put its last.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let numbers = Queue::<u32>::bounded(10)?;
    let squares = Queue::<u32>::bounded(10)?;
    let stages = [
        Process::fork(|| -> forktalk::Result<()> {
            numbers.put_all(1..=100)?;
            numbers.close();
            Ok(())
        })?,
        Process::fork(|| -> forktalk::Result<()> {
            for n in &numbers {
                squares.put(&(n * n))?;
            }
            squares.close();
            Ok(())
        })?,
        Process::fork(|| {
            let sum: u32 = squares.iter().sum();
            println!("the squares of 1 to 100 add up to {sum}");
        })?,
    ];
    for stage in stages {
        assert!(stage.join()?.success());
    }
    Ok(())
}
