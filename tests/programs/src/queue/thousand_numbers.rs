//! The tutorial's first program with a queue: a parent puts 1000 numbers and closes it, a child prints them to the end.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let son = Process::fork(|| {
        for n in &queue {
            println!("{n}");
        }
    })?;
    for n in 0..1000 {
        queue.put(&n)?;
    }
    queue.close(); // or the son would wait for more
    son.join()?;
    println!("the main process ended too");
    Ok(())
}
