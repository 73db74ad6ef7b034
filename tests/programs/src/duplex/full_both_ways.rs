//! A duplex has room for only so much in each direction: two processes that both send 1 MiB before they receive wait
//! for each other.

use forktalk::{Connection, Process, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<Vec<u8>, Vec<u8>>()?;
    let child = Process::spawn(move || exchange(&there))?;
    exchange(&here)?;
    child.join()?;
    Ok(())
}

fn exchange(end: &Connection<Vec<u8>, Vec<u8>>) -> forktalk::Result<()> {
    println!("sends 1 MiB, and then receives as much");
    end.send(&vec![7; 1 << 20])?;
    end.recv()?;
    println!("never printed");
    Ok(())
}
