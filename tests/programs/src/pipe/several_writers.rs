//! Four processes write into one pipe. Their messages mix, but each comes whole, and those of one writer come in order.

use forktalk::{Process, pipe};

const WRITERS: usize = 4;
const MESSAGES: usize = 25;

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<(usize, usize, String)>()?;
    for writer in 0..WRITERS {
        let tx = tx.try_clone()?;
        Process::spawn(move || -> forktalk::Result<()> {
            for number in 0..MESSAGES {
                tx.send(&(writer, number, format!("{number} of {writer}")))?;
            }
            Ok(())
        })?;
    }
    drop(tx);

    let mut next = [0; WRITERS];
    for (writer, number, text) in rx {
        assert_eq!(number, next[writer], "in the order of its writer");
        assert_eq!(text, format!("{number} of {writer}"), "whole");
        next[writer] += 1;
    }
    assert_eq!(next, [MESSAGES; WRITERS]);
    println!(
        "{} messages from {WRITERS} writers, each whole",
        WRITERS * MESSAGES
    );
    Ok(())
}
