//! Who says of more tasks that they are done than there were is told so, in whatever process.

use forktalk::{JoinableQueue, Process, TaskError};

pub fn main() -> forktalk::Result<()> {
    let tasks = JoinableQueue::<u32>::unbounded()?;
    assert_eq!(tasks.task_done(), Err(TaskError::TooMany));
    println!("nothing was put, so nothing can be done");

    tasks.put_all([1, 2])?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        for _ in 0..2 {
            tasks.get()?;
            tasks.task_done()?;
        }
        println!("a child did both");
        Ok(())
    })?;
    assert!(worker.join()?.success());
    let third = tasks.task_done();
    assert_eq!(third, Err(TaskError::TooMany));
    println!("the parent is told: {}", third.unwrap_err());
    tasks.join()?;
    Ok(())
}
