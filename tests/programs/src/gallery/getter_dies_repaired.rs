//! Two workers at one queue. Who is killed between the get and the answer takes the job along; it is put again until there
//! is an answer, so it may be begun twice.

use forktalk::{Process, Queue, pipe};

pub fn main() -> forktalk::Result<()> {
    let mut answer = None;
    while answer.is_none() {
        answer = ask_pool(7)?;
    }
    assert_eq!(answer, Some(49), "the job is done");
    println!("7 * 7 = 49");
    Ok(())
}

/// The square of `n`; nothing if both workers end without an answer.
fn ask_pool(n: u32) -> forktalk::Result<Option<u32>> {
    let jobs = Queue::unbounded()?;
    jobs.put(&n)?;
    let (answers, tell) = pipe()?;
    let work = || -> forktalk::Result<()> {
        while let Ok(n) = jobs.try_get() {
            tell.send(&(n * n))?;
        }
        Ok(())
    };
    let pool = [Process::fork(work)?, Process::fork(work)?];
    tell.close();
    let answer = answers.recv().ok();
    for worker in pool {
        worker.join()?;
    }
    Ok(answer)
}
