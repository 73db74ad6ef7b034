//! Who relies on a worker is told when it ends: after everything that it had put, and with how it ended.

use forktalk::{ExitStatus, GetError, Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let results = Queue::<u32>::unbounded()?;
    let worker = Process::fork(|| -> forktalk::Result<i32> {
        for n in 1..=3 {
            results.put(&(n * n))?;
        }
        Ok(7) // it gives up
    })?;
    // The parent holds the queue too, and might put: nothing but the worker's end could tell it.
    let end = loop {
        match results.get_relying_on(&[&worker], None) {
            Ok(n) => println!("a result: {n}"),
            Err(end) => break end,
        }
    };
    let pid = worker.pid();
    let status = ExitStatus::Exited(7);
    assert_eq!(end, GetError::Died { pid, status });
    println!("no more: the worker has ended, {status}");
    assert_eq!(worker.join()?, status);
    Ok(())
}
