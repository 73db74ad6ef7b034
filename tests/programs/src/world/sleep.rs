//! Sleeping takes as long as it should; several processes sleep at the same time.

use std::time::{Duration, Instant};

use forktalk::{Process, now};

pub fn main() -> forktalk::Result<()> {
    let nap = Duration::from_millis(30);
    let (before, instant) = (now(), Instant::now());
    forktalk::sleep(nap);
    assert!(now() - before >= nap);
    assert!(instant.elapsed() >= nap, "std's clock is the same");
    println!("slept 30 ms");

    let before = now();
    let sleepers: Vec<Process> = (0..20)
        .map(|_| Process::spawn(|| forktalk::sleep(Duration::from_millis(100))))
        .collect::<Result<_, _>>()?;
    for sleeper in &sleepers {
        sleeper.join()?;
    }
    let elapsed = now() - before;
    assert!(elapsed >= Duration::from_millis(100));
    assert!(
        elapsed < Duration::from_millis(20 * 100),
        "not one after the other"
    );
    println!("20 slept 100 ms at the same time");
    Ok(())
}
