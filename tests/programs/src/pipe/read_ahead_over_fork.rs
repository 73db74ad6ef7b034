//! A receiver may take several messages from the pipe at once. A fork in between loses none and doubles none: parent
//! and child read on from the same place.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    for n in 0..20 {
        tx.send(&n)?;
    }
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(rx.recv()?);
    }

    let (from_child, report) = pipe::<Vec<u32>>()?;
    let child = Process::fork(|| -> forktalk::Result<()> {
        let mut five = Vec::new();
        for _ in 0..5 {
            five.push(rx.recv()?);
        }
        report.send(&five)?;
        Ok(())
    })?;
    child.join()?;
    let five = from_child.recv()?;
    assert_eq!(five, [5, 6, 7, 8, 9]);
    println!("the child read on where the parent had stopped: {five:?}");
    all.extend(five);

    tx.close();
    all.extend(&rx);
    assert_eq!(all, Vec::from_iter(0..20));
    println!("20 messages, none lost, none twice");
    Ok(())
}
