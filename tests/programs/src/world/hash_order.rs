//! The order of a `HashMap` is drawn at random: under a simulated kernel from the seed, so that a run can be repeated.
//!
//! The order goes over a pipe, where a trace shows it; what is printed is the same everywhere.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<(Vec<u8>, u64)>()?;
    for _ in 0..2 {
        let tx = tx.try_clone()?;
        let child = Process::spawn(move || {
            let squares: HashMap<u8, u32> = (0..100).map(|n| (n, u32::from(n).pow(2))).collect();
            let random = RandomState::new().hash_one("a number drawn at random");
            tx.send(&(squares.into_keys().collect(), random))
        })?;
        child.join()?;
    }
    drop(tx);
    for (mut keys, _random) in rx {
        keys.sort_unstable();
        assert_eq!(keys, Vec::from_iter(0..100));
        println!("100 keys, in some order");
    }
    Ok(())
}
