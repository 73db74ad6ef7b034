//! Four workers take jobs of very different length from one queue. One has a job that ends only after all others are
//! done: so the other workers do the rest meanwhile, and none waits for a share of its own.

use std::time::Duration;

use forktalk::{JoinableQueue, Process, Queue, pipe};
use serde::{Deserialize, Serialize};

const WORKERS: usize = 4;
const SHORT: usize = 40;

#[derive(Serialize, Deserialize)]
enum Job {
    Long,
    Short { number: usize, takes: Duration },
}

pub fn main() -> forktalk::Result<()> {
    let jobs = JoinableQueue::<Job>::unbounded()?;
    let done = Queue::<usize>::unbounded()?;
    let (end, may_end) = pipe::<()>()?;
    let workers: Vec<Process> = (0..WORKERS)
        .map(|_| {
            Process::fork(|| -> forktalk::Result<()> {
                for job in jobs.iter() {
                    match job {
                        Job::Long => end.recv()?,
                        Job::Short { number, takes } => {
                            forktalk::sleep(takes);
                            done.put(&number)?;
                        }
                    }
                    jobs.task_done()?;
                }
                Ok(())
            })
        })
        .collect::<Result<_, _>>()?;
    jobs.put(&Job::Long)?;
    jobs.put_all((0..SHORT).map(|number| Job::Short {
        number,
        takes: Duration::from_millis(number as u64 % 5),
    }))?;

    let mut all: Vec<_> = done.iter().take(SHORT).collect();
    all.sort();
    assert!(all.into_iter().eq(0..SHORT), "each once");
    println!("{SHORT} short jobs are done, while one is in the long one");
    may_end.send(&())?;
    jobs.join()?;
    println!("and now that is done too");
    jobs.close();
    for worker in workers {
        assert!(worker.join()?.success());
    }
    Ok(())
}
