//! One process waits for many pipes at once, and takes whatever comes, until all have ended.
//!
//! After CPython's `TestWait.test_wait` and `test_wait_slow`.

use std::time::Duration;

use forktalk::{Process, Receiver, Waitable, pipe, wait};

pub fn main() -> forktalk::Result<()> {
    for pause in [Duration::ZERO, Duration::from_millis(2)] {
        let mut readers: Vec<Receiver<(u32, u32)>> = Vec::new();
        for writer in 0..4 {
            let (rx, tx) = pipe()?;
            Process::spawn(move || -> forktalk::Result<()> {
                for number in 0..10 {
                    forktalk::sleep(pause * (writer + 1));
                    tx.send(&(writer, number))?;
                }
                Ok(())
            })?;
            readers.push(rx);
        }

        let mut received = Vec::new();
        while !readers.is_empty() {
            let list: Vec<&dyn Waitable> = readers.iter().map(|rx| rx as _).collect();
            // From the last to the first, so that a removal moves none that is still to come.
            for index in wait(&list, None)?.into_iter().rev() {
                match readers[index].recv() {
                    Ok(message) => received.push(message),
                    Err(_) => drop(readers.remove(index)),
                }
            }
        }
        received.sort_unstable();
        let all = (0..4).flat_map(|writer| (0..10).map(move |number| (writer, number)));
        assert_eq!(received, Vec::from_iter(all));
        println!(
            "{} messages from 4 writers, pause {pause:?}",
            received.len()
        );
    }
    Ok(())
}
