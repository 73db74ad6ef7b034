//! A parent sends numbers down a channel to a child, which takes them up to the end. It does not print them: shuttle has
//! nothing for that.

use shuttle::sync::mpsc::channel;
use shuttle::thread;
use std::hint::black_box;

pub(crate) fn run(count: u32) {
    let (tx, rx) = channel();
    let child = thread::spawn(move || {
        for n in rx {
            black_box::<u32>(n);
        }
    });
    for n in 0..count {
        tx.send(n).unwrap();
    }
    drop(tx);
    child.join().unwrap();
}
