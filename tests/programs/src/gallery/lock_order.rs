//! Two queues, each with one token: who has the token may use the thing. Two processes need both things, and take them in
//! opposite orders. If each has one, each waits for the other's.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let (ink, paper) = (Queue::bounded(1)?, Queue::bounded(1)?);
    ink.put(&())?;
    paper.put(&())?;
    let child = Process::fork(|| print(&paper, &ink))?;
    print(&ink, &paper)?;
    assert!(child.join()?.success());
    println!("both have printed");
    Ok(())
}

fn print(one: &Queue<()>, other: &Queue<()>) -> forktalk::Result<()> {
    one.get()?;
    other.get()?;
    other.put(&())?;
    one.put(&())?;
    Ok(())
}
