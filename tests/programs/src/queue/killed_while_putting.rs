//! A child that puts large items without end is killed, wherever it is. What it had not put is not there, what it had
//! put is whole, and the queue goes on.

use forktalk::{ExitStatus, Process, Queue, Signal};

const BYTES: usize = 100_000;
const ROUNDS: usize = 5;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<()>::bounded(3)?;
    for _ in 0..ROUNDS {
        let child = Process::fork(|| -> forktalk::Result<()> {
            loop {
                queue.put_bytes(&[7; BYTES])?;
            }
        })?;
        assert!(queue.get_bytes()? == [7; BYTES]);
        child.kill()?;
        assert_eq!(child.join()?, ExitStatus::Signaled(Signal::KILL));

        while !queue.is_empty() {
            assert!(queue.get_bytes()? == [7; BYTES], "whole");
        }
        queue.put_bytes(b"next")?;
        assert_eq!(queue.get_bytes()?, b"next");
    }
    println!("{ROUNDS} putters were killed, and the queue is as good as new");
    Ok(())
}
