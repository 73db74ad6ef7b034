//! Two children, a pipe to each. With `spawn` the second child holds nothing of the first one's pipe, so both see
//! their end-of-file.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (first_rx, first_tx) = pipe::<u32>()?;
    let first = Process::spawn(move || print_all("first", first_rx))?;
    let (second_rx, second_tx) = pipe::<u32>()?;
    let second = Process::spawn(move || print_all("second", second_rx))?;

    for n in 0..4 {
        let to = if n % 2 == 0 { &first_tx } else { &second_tx };
        to.send(&n)?;
    }
    drop(first_tx);
    first.join()?;
    println!("the first has ended, before the second one's pipe is closed");
    drop(second_tx);
    second.join()?;
    Ok(())
}

fn print_all(name: &str, numbers: forktalk::Receiver<u32>) {
    for n in numbers {
        println!("{name} got {n}");
    }
}
