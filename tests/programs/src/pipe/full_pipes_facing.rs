//! The classic deadlock: two processes fill the pipes to each other, and each wants to finish writing before it reads.

use forktalk::{Process, Receiver, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    let (from_parent, to_child) = pipe::<Vec<u8>>()?;
    let (from_child, to_parent) = pipe::<Vec<u8>>()?;
    let child = Process::spawn(move || talk(&to_parent, &from_parent))?;
    talk(&to_child, &from_child)?;
    child.join()?;
    Ok(())
}

fn talk(to: &Sender<Vec<u8>>, from: &Receiver<Vec<u8>>) -> forktalk::Result<()> {
    println!("sends 100 messages of 10,000 bytes, and then reads as many");
    for _ in 0..100 {
        to.send(&vec![7; 10_000])?;
    }
    for _ in 0..100 {
        from.recv()?;
    }
    println!("never printed");
    Ok(())
}
