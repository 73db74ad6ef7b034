//! Two processes, two queues: each waits for the other's answer before it puts its own. Of both queues somebody is left
//! who could put, so nobody is told.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let there = Queue::<u32>::unbounded()?;
    let back = Queue::<u32>::unbounded()?;
    let child = Process::fork(|| -> forktalk::Result<()> {
        let n = there.get()?;
        Ok(back.put(&(n + 1))?)
    })?;
    println!("the answer: {}", back.get()?); // and there.put comes only after it
    there.put(&1)?;
    child.join()?;
    Ok(())
}
