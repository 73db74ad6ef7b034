//! The tutorial's second program: a putter of 1000 random numbers, and a getter that leaves when ten seconds bring
//! nothing more. In a simulation they pass in an instant.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use forktalk::{GetError, Process, Queue};

const PATIENCE: Duration = Duration::from_secs(10);

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u64>::unbounded()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        let random = RandomState::new();
        for n in 0..1000 {
            queue.put(&random.hash_one(n))?;
        }
        println!("the putter has put its last number");
        Ok(())
    })?;
    let getter = Process::fork(|| -> forktalk::Result<()> {
        let mut numbers = 0;
        loop {
            match queue.get_timeout(PATIENCE) {
                Ok(_) => numbers += 1,
                Err(GetError::Empty) => break,
                Err(other) => return Err(other.into()),
            }
        }
        println!("the getter leaves with {numbers} numbers");
        Ok(())
    })?;
    putter.join()?;
    getter.join()?;
    println!("the main process ended too");
    Ok(())
}
