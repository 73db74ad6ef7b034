//! A child may be joined as often as one likes, also long after it has ended: the answer stays the same.

use std::time::Duration;

use forktalk::{ExitStatus, Process, wait};

pub fn main() -> forktalk::Result<()> {
    let child = Process::spawn(|| 3)?;
    wait(&[&child], None)?;
    forktalk::sleep(Duration::from_millis(10));
    println!("the child has ended, and nobody has joined it yet");
    for _ in 0..2 {
        println!("join: {}", child.join()?);
    }
    assert_eq!(
        child.join_timeout(Duration::ZERO)?,
        Some(ExitStatus::Exited(3))
    );
    assert_eq!(child.exit_status(), Some(ExitStatus::Exited(3)));
    assert!(!child.is_alive());
    child.kill()?; // nobody is there any more, and nobody else is hit
    println!("still: {}", child.join()?);
    Ok(())
}
