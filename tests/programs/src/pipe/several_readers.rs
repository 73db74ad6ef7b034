//! Three processes read from one pipe. Each message goes to exactly one of them.

use forktalk::{Process, pipe};

const MESSAGES: u32 = 60;

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let (results, result) = pipe::<Vec<u32>>()?;
    for _ in 0..3 {
        let (rx, result) = (rx.try_clone()?, result.try_clone()?);
        Process::spawn(move || {
            let mine: Vec<u32> = rx.into_iter().collect();
            assert!(mine.is_sorted(), "what one reader gets is in order");
            result.send(&mine)
        })?;
    }
    drop((rx, result));

    for n in 0..MESSAGES {
        tx.send(&n)?;
    }
    drop(tx);
    let mut all: Vec<u32> = results.into_iter().flatten().collect();
    all.sort_unstable();
    assert_eq!(
        all,
        Vec::from_iter(0..MESSAGES),
        "nothing lost, nothing twice"
    );
    println!("{MESSAGES} messages, each read by one of three readers");
    Ok(())
}
