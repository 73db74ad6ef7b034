//! An item that is larger than the whole queue is an error, and not a wait for ever. The next one fits.

use forktalk::{Process, PutError, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<Vec<u8>>::builder().bytes(1000).build()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        let put = queue.put_bytes(&[7; 2000]);
        let error = put.unwrap_err();
        assert!(matches!(error, PutError::TooLarge { capacity: 1000, .. }));
        println!("{error}");

        let put = queue.put(&vec![7; 1000]);
        assert!(matches!(put, Err(PutError::TooLarge { .. })));
        println!("1000 bytes are too many too: their length goes with them");
        queue.put(&vec![7; 900])?;
        Ok(())
    })?;
    assert!(putter.join()?.success());
    println!("{} bytes fit", queue.get()?.len());
    assert!(queue.is_empty(), "of the others, nothing was put");
    Ok(())
}
