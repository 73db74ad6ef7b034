//! Each process has a memory of its own: a static that a child counts up is not counted up in its parent.

use std::sync::atomic::{AtomicU32, Ordering};

use forktalk::Process;

static COUNT: AtomicU32 = AtomicU32::new(0);

pub fn main() -> forktalk::Result<()> {
    COUNT.store(10, Ordering::Relaxed);
    for name in ["first", "second"] {
        let child = Process::spawn(move || {
            let before = COUNT.fetch_add(5, Ordering::Relaxed);
            println!(
                "{name} child: {before}, then {}",
                COUNT.load(Ordering::Relaxed)
            );
        })?;
        child.join()?;
        println!("parent: {}", COUNT.load(Ordering::Relaxed));
    }
    Ok(())
}
