//! Bytes go through a queue as they are. No bytes at all are an item too, and not the end.

use forktalk::{Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<()>::unbounded()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        queue.put_bytes(b"raw")?;
        queue.put_bytes(b"")?;
        queue.put_bytes(&[0, 255, 0])?;
        queue.put_bytes(b"")?;
        Ok(())
    })?;
    for expected in [&b"raw"[..], b"", &[0, 255, 0], b""] {
        let item = queue.get_bytes()?;
        assert_eq!(item, expected);
        println!("{} bytes: {item:?}", item.len());
    }
    assert!(putter.join()?.success());
    assert!(queue.is_empty());
    Ok(())
}
