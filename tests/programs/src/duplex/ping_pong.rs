//! Two processes throw a number back and forth over a duplex; each adds one.

use forktalk::{Process, duplex};

pub fn main() -> forktalk::Result<()> {
    let (ping, pong) = duplex::<u32, u32>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        while let Ok(n) = pong.recv() {
            println!("pong {n}");
            pong.send(&(n + 1))?;
        }
        Ok(())
    })?;
    let mut n = 0;
    for _ in 0..5 {
        println!("ping {n}");
        ping.send(&n)?;
        n = ping.recv()? + 1;
    }
    drop(ping);
    assert!(child.join()?.success());
    println!("{n} throws");
    Ok(())
}
