//! One process puts a large item, and then tells another, which puts a small one. The large one is first: a put that
//! returned before another began comes before it, whoever does them.

use forktalk::{Process, Queue, pipe};

const LARGE: usize = 100_000;
const ROUNDS: usize = 10;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<()>::unbounded()?;
    for _ in 0..ROUNDS {
        let (go, tell) = pipe::<()>()?;
        let putters = [
            Process::fork(|| -> forktalk::Result<()> {
                queue.put_bytes(&[7; LARGE])?;
                Ok(tell.send(&())?)
            })?,
            Process::fork(|| -> forktalk::Result<()> {
                go.recv()?;
                Ok(queue.put_bytes(&[7])?)
            })?,
        ];
        assert_eq!(queue.get_bytes()?.len(), LARGE);
        assert_eq!(queue.get_bytes()?.len(), 1);
        for putter in putters {
            assert!(putter.join()?.success());
        }
    }
    println!("{ROUNDS} times: the large item first, and then the small one");
    Ok(())
}
