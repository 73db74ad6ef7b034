//! A worker is killed with a task in its hands. Whoever waits for all tasks to be done is told that nobody is left to do
//! that one.

use std::time::Duration;

use forktalk::{Closed, JoinableQueue, Process, TaskError, pipe};

pub fn main() -> forktalk::Result<()> {
    let tasks = JoinableQueue::<u32>::unbounded()?;
    let (ready, tell) = pipe::<()>()?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        println!("the worker gets task {}", tasks.get()?);
        tell.send(&())?;
        forktalk::sleep(Duration::from_secs(3600)); // it is a long one
        Ok(tasks.task_done()?)
    })?;
    let waiter = Process::fork(|| -> forktalk::Result<()> {
        tasks.put(&1)?;
        let all_done = tasks.join();
        assert_eq!(all_done, Err(TaskError::Closed(Closed::Abandoned)));
        println!("the waiter is told: {}", all_done.unwrap_err());
        Ok(())
    })?;
    tasks.leave(); // or the waiter would hope for the parent
    ready.recv()?;
    forktalk::sleep(Duration::from_millis(100)); // by now the waiter waits, most likely
    worker.kill()?;
    worker.join()?;
    assert!(waiter.join()?.success());
    Ok(())
}
