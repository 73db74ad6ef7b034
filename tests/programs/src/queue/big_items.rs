//! Items of one byte to 1 MiB go to a child and come back, each whole.

use forktalk::{Process, Queue};

const SIZES: [usize; 7] = [1, 100, 4096, 65_535, 65_536, 200_000, 1 << 20];

pub fn main() -> forktalk::Result<()> {
    let there = Queue::<Vec<u8>>::unbounded()?;
    let back = Queue::<Vec<u8>>::unbounded()?;
    let child = Process::fork(|| -> forktalk::Result<()> {
        for _ in SIZES {
            back.put(&there.get()?)?;
        }
        Ok(())
    })?;
    for size in SIZES {
        there.put(&item(size))?;
    }
    for size in SIZES {
        assert!(back.get()? == item(size), "{size} bytes");
        println!("{size} bytes came back");
    }
    assert!(child.join()?.success());
    Ok(())
}

fn item(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}
