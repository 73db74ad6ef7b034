//! A transfer is left to a worker. If ten seconds bring no word from it, it is taken for dead, and the parent does the
//! transfer. If it was only slow, that is done twice.

use std::time::Duration;

use forktalk::{Process, pipe};

const PATIENCE: Duration = Duration::from_secs(10);

pub fn main() -> forktalk::Result<()> {
    let (ledger, transfer) = pipe::<u32>()?;
    let (done, tell) = pipe::<()>()?;
    let worker = Process::fork(|| -> forktalk::Result<()> {
        transfer.send(&100)?;
        tell.send(&())?;
        Ok(())
    })?;
    if done.recv_timeout(PATIENCE).is_err() {
        transfer.send(&100)?;
    }
    worker.join()?;
    transfer.close();
    assert_eq!(ledger.iter().sum::<u32>(), 100, "transferred once");
    println!("transferred once");
    Ok(())
}
