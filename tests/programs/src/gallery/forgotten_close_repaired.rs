//! A pool that hires a second worker if the first is busy. The second closes what it inherits of the first one's jobs: so
//! that pipe ends when the parent closes it.

use std::time::Duration;

use forktalk::{Process, Sender, pipe};

struct Worker {
    jobs: Sender<u32>,
    process: Process,
}

pub fn main() -> forktalk::Result<()> {
    let (done, tell) = pipe::<u32>()?;
    let mut pool = vec![hire(&tell, &[])?];
    pool[0].jobs.send(&1)?;
    if !done.poll(Some(Duration::ZERO))? {
        pool.push(hire(&tell, &pool)?);
    }
    for worker in &pool {
        worker.jobs.close();
        assert!(worker.process.join()?.success());
    }
    println!("all workers have ended");
    Ok(())
}

fn hire(tell: &Sender<u32>, earlier: &[Worker]) -> forktalk::Result<Worker> {
    let (todo, jobs) = pipe::<u32>()?;
    let process = Process::fork(|| -> forktalk::Result<()> {
        jobs.close();
        for worker in earlier {
            worker.jobs.close();
        }
        for n in &todo {
            tell.send(&(n * n))?;
        }
        Ok(())
    })?;
    todo.close();
    Ok(Worker { jobs, process })
}
