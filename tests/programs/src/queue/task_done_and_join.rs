//! Four workers share ten tasks, and say of each when it is done. The parent's join returns when all are.
//!
//! After CPython's `_TestQueue.test_task_done`.

use std::time::Duration;

use forktalk::{JoinableQueue, Process, pipe};

const WORKERS: usize = 4;
const TASKS: usize = 10;

pub fn main() -> forktalk::Result<()> {
    let tasks = JoinableQueue::<usize>::unbounded()?;
    let (done, tell) = pipe::<usize>()?;
    let workers: Vec<Process> = (0..WORKERS)
        .map(|_| {
            Process::fork(|| -> forktalk::Result<()> {
                for task in tasks.iter() {
                    forktalk::sleep(Duration::from_millis(5));
                    tell.send(&task)?;
                    tasks.task_done()?;
                }
                Ok(())
            })
        })
        .collect::<Result<_, _>>()?;
    for task in 0..TASKS {
        tasks.put(&task)?;
    }
    tasks.join()?;

    assert_eq!(tasks.unfinished(), 0);
    let mut all = Vec::new();
    while let Ok(task) = done.try_recv() {
        all.push(task);
    }
    all.sort();
    println!("joined, and done are {all:?}");
    tasks.close();
    for worker in workers {
        assert!(worker.join()?.success());
    }
    println!("the queue is closed, and the workers went home");
    Ok(())
}
