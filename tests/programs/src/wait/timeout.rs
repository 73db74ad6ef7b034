//! A wait for something that does not come takes as long as it may, and answers nothing; of no time, it only looks.
//!
//! After CPython's `TestWait.test_wait_timeout`, `test_neg_timeout` and `test_wait_empty`.

use std::time::Duration;

use forktalk::{duplex, now, wait};

const TIMEOUT: Duration = Duration::from_millis(50);

pub fn main() -> forktalk::Result<()> {
    let (a, b) = duplex::<u32, u32>()?;
    let before = now();
    assert!(wait(&[&a, &b], Some(TIMEOUT))?.is_empty());
    assert!(now() - before >= TIMEOUT);
    println!("50 ms for nothing");

    assert!(wait(&[&a, &b], Some(Duration::ZERO))?.is_empty());
    println!("a look, for nothing");

    let before = now();
    assert!(wait(&[], Some(TIMEOUT))?.is_empty());
    assert!(now() - before >= TIMEOUT);
    println!("50 ms for an empty list");

    b.send(&1)?;
    let before = now();
    assert_eq!(wait(&[&a, &b], Some(Duration::from_secs(60)))?, [0]);
    assert!(now() - before < Duration::from_secs(30));
    println!("what is there is told at once");
    Ok(())
}
