//! How many items there are is exact, as is whether that is none or all: after each put and get, of whatever process.
//!
//! After CPython's `_TestQueue.test_qsize`.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::bounded(2)?;
    show("made", &queue);
    queue.put(&1)?;
    show("1 is put", &queue);
    let child = Process::fork(|| queue.put(&2))?;
    assert!(child.join()?.success());
    show("2 is put by a child", &queue);
    queue.get()?;
    show("1 is got", &queue);
    let child = Process::fork(|| assert_eq!(queue.get(), Ok(2)))?;
    assert!(child.join()?.success());
    show("2 is got by a child", &queue);

    for n in 0..100 {
        queue.put(&n)?;
        assert!(!queue.is_empty());
        queue.get()?;
        assert!(queue.is_empty());
    }
    Ok(())
}

fn show(what: &str, queue: &Queue<u32>) {
    let is = match (queue.is_empty(), queue.is_full()) {
        (true, _) => "empty",
        (_, true) => "full",
        _ => "neither empty nor full",
    };
    println!("{what}: length {}, {is}", queue.len());
}
