//! An iteration takes several messages from the pipe at once. A fork in between loses none and doubles none: whoever
//! reads next, in whichever process, goes on from the same place.

use forktalk::{Process, Receiver, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<u32>()?;
    let (reports, report) = pipe::<Vec<u32>>()?;
    for n in 0..20 {
        tx.send(&n)?;
    }
    println!("the parent: {:?}", five_of(&rx));

    let child = Process::fork(|| send_five(&rx, &report))?;
    assert!(child.join()?.success());
    println!("a forked child: {:?}", reports.recv()?);

    println!("the parent: {:?}", five_of(&rx));

    let copy = rx.try_clone()?;
    let child = Process::spawn(move || send_five(&copy, &report))?;
    assert!(child.join()?.success());
    println!("a spawned child: {:?}", reports.recv()?);

    tx.close();
    assert!(rx.recv().is_err());
    println!("end-of-file: none is left");
    Ok(())
}

fn five_of(rx: &Receiver<u32>) -> Vec<u32> {
    rx.iter().take(5).collect()
}

fn send_five(rx: &Receiver<u32>, report: &Sender<Vec<u32>>) -> forktalk::Result<()> {
    Ok(report.send(&five_of(rx))?)
}
