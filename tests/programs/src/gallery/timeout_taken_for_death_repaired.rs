//! A transfer is left to a worker. If ten seconds bring no word from it, it is killed: now it is dead, and the ledger tells
//! whether it had done the transfer.

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
        worker.kill()?;
        worker.join()?;
        if !ledger.poll(Some(Duration::ZERO))? {
            transfer.send(&100)?;
        }
    }
    worker.join()?;
    transfer.close();
    assert_eq!(ledger.iter().sum::<u32>(), 100, "transferred once");
    println!("transferred once");
    Ok(())
}
