//! Who sleeps less is there first.

use std::time::Duration;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u64>()?;
    for milliseconds in [500, 20, 260] {
        let tx = tx.try_clone()?;
        Process::spawn(move || {
            forktalk::sleep(Duration::from_millis(milliseconds));
            tx.send(&milliseconds)
        })?;
    }
    drop(tx);
    for milliseconds in rx {
        println!("woke after {milliseconds} ms");
    }
    Ok(())
}
