//! Two children wait for items at one queue, and one is killed. The other goes on as if nothing had been.

use forktalk::{ExitStatus, Process, Queue, Signal, pipe};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let (ready, tell) = pipe::<()>()?;
    let children: Vec<Process> = (0..2)
        .map(|_| {
            let child = Process::fork(|| -> forktalk::Result<()> {
                tell.send(&())?;
                let sum: u32 = queue.iter().sum();
                println!("the one that is left got {sum}");
                Ok(())
            })?;
            ready.recv()?;
            Ok(child)
        })
        .collect::<forktalk::Result<_>>()?;

    children[0].kill()?;
    assert_eq!(children[0].join()?, ExitStatus::Signaled(Signal::KILL));
    println!("the first is killed");
    queue.put_all([1, 2, 3, 4])?;
    queue.close();
    assert_eq!(children[1].join()?, ExitStatus::Exited(0));
    Ok(())
}
