//! End-of-file comes only after the last of several writers has closed, in whatever process it is.

use std::time::Duration;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let mut writers = Vec::new();
    for number in 1..=3 {
        let tx = tx.try_clone()?;
        let (go_on, end) = pipe::<()>()?;
        let writer = Process::spawn(move || -> forktalk::Result<()> {
            tx.send(&number)?;
            Ok(go_on.recv()?) // then it holds its writing end until it is told to end
        })?;
        writers.push((writer, end));
    }
    drop(tx);

    let mut sum = 0;
    for _ in 0..3 {
        sum += rx.recv()?;
    }
    assert_eq!(sum, 1 + 2 + 3);

    for (writer, end) in writers {
        assert!(
            !rx.poll(Some(Duration::ZERO))?,
            "somebody still holds a writing end"
        );
        println!("one more writer ends");
        end.send(&())?;
        writer.join()?;
    }
    assert!(
        rx.poll(None)?,
        "poll answers that recv will not wait: at end-of-file too"
    );
    assert!(rx.recv().is_err());
    println!("end-of-file");
    Ok(())
}
