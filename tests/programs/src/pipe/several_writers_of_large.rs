//! Three processes write messages of 100,000 bytes into one pipe, which takes them in pieces. A lock keeps each whole.

use forktalk::{Process, Sender, pipe};

const BYTES: usize = 100_000;

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<Vec<u8>>()?;
    let writers: Vec<Process> = [b'a', b'b', b'c']
        .into_iter()
        .map(|letter| {
            let tx: Sender<Vec<u8>> = tx.try_clone()?;
            let writer = Process::spawn(move || -> forktalk::Result<()> {
                for _ in 0..4 {
                    tx.send_bytes(&vec![letter; BYTES])?;
                }
                Ok(())
            })?;
            Ok(writer)
        })
        .collect::<forktalk::Result<_>>()?;
    drop(tx);

    let mut counts = [0; 3];
    for _ in 0..12 {
        let message = rx.recv_bytes()?;
        let letter = message[0];
        assert_eq!(
            message,
            vec![letter; BYTES],
            "of one letter from end to end"
        );
        counts[usize::from(letter - b'a')] += 1;
    }
    assert_eq!(counts, [4, 4, 4]);
    assert!(rx.recv_bytes().is_err(), "end-of-file");
    for writer in writers {
        assert!(writer.join()?.success());
    }
    println!("12 messages of {BYTES} bytes, each from one writer");
    Ok(())
}
