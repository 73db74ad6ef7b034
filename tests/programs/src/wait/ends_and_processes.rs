//! A wait on ends and a process together tells exactly those that are ready.
//!
//! After CPython's `TestWait.test_wait_integer`.

use std::time::Duration;

use forktalk::{Process, duplex, now, wait};

pub fn main() -> forktalk::Result<()> {
    let (a, b) = duplex::<u32, u32>()?;
    let nap = Duration::from_millis(50);
    let before = now();
    let child = Process::spawn(move || forktalk::sleep(nap))?;
    let long = Some(Duration::from_secs(20));

    assert_eq!(wait(&[&a, &child, &b], long)?, [1]);
    assert!(now() - before >= nap);
    println!("the child has ended");

    a.send(&1)?;
    assert_eq!(wait(&[&a, &child, &b], long)?, [1, 2]);
    println!("and b has something to read");

    b.send(&2)?;
    assert_eq!(wait(&[&a, &child, &b], long)?, [0, 1, 2]);
    println!("and a too");
    child.join()?;
    assert_eq!(wait(&[&a, &child, &b], long)?, [0, 1, 2]);
    Ok(())
}
