//! A queue of two items: its putter may be two items ahead of its getter, and never three.

use std::time::Duration;

use forktalk::{Process, Queue, pipe};

const ITEMS: usize = 200;

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::bounded(2)?;
    let (put, tell) = pipe::<usize>()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        for n in 0..ITEMS {
            queue.put(&n)?;
            tell.send(&n)?;
        }
        Ok(())
    })?;
    assert_eq!([put.recv()?, put.recv()?], [0, 1]);
    assert!(!put.poll(Some(Duration::from_millis(20)))?);
    println!("two are in, and the third waits");

    for n in 0..ITEMS {
        assert!(queue.len() <= 2);
        assert_eq!(queue.get()?, n);
        let got = n + 1;
        while let Ok(done) = put.try_recv() {
            assert!(done < got + 2, "{done} is in, and {got} are out");
        }
    }
    assert!(putter.join()?.success());
    println!("{ITEMS} went through, in order");
    Ok(())
}
