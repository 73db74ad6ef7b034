//! Two children wait for messages at copies of one end, and one is killed. The other goes on as if nothing had been.

use forktalk::{ExitStatus, Process, Signal, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let (ready, tell) = pipe::<()>()?;
    let children: Vec<Process> = (0..2)
        .map(|_| {
            let child = Process::fork(|| -> forktalk::Result<()> {
                tx.close();
                tell.send(&())?;
                let mut sum = 0;
                while let Ok(n) = rx.recv() {
                    sum += n;
                }
                println!("the one that is left got {sum}");
                Ok(())
            })?;
            ready.recv()?;
            Ok(child)
        })
        .collect::<forktalk::Result<_>>()?;
    rx.close();

    children[0].kill()?;
    assert_eq!(children[0].join()?, ExitStatus::Signaled(Signal::KILL));
    println!("the first is killed");
    for n in 1..=4 {
        tx.send(&n)?;
    }
    tx.close();
    assert_eq!(children[1].join()?, ExitStatus::Exited(0));
    Ok(())
}
