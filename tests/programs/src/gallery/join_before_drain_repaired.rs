//! Two workers share two jobs, and each job makes a page. The parent reads what a worker makes until that closes its
//! pipe, and joins it then: so a worker that does both jobs finds room.

use forktalk::{Process, Queue, Receiver, pipe};

/// A pipe holds one of them, and not two.
const PAGE_BYTES: usize = 33_000;

pub fn main() -> forktalk::Result<()> {
    let jobs = Queue::unbounded()?;
    jobs.put_all([1, 2])?;
    let pool = [hire(&jobs)?, hire(&jobs)?];
    let mut pages = 0;
    for (worker, made) in &pool {
        while made.recv_bytes().is_ok() {
            pages += 1;
        }
        assert!(worker.join()?.success());
    }
    assert_eq!(pages, 2);
    println!("two pages are made");
    Ok(())
}

fn hire(jobs: &Queue<u32>) -> forktalk::Result<(Process, Receiver<()>)> {
    let (made, make) = pipe::<()>()?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        made.close();
        while jobs.try_get().is_ok() {
            let page = [7; PAGE_BYTES];
            make.send_bytes(&page)?;
        }
        Ok(())
    })?;
    make.close();
    Ok((worker, made))
}
