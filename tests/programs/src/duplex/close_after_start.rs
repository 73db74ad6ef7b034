//! The parent closes the child's end right after the start; the child has its own copy, and answers.
//!
//! After CPython's `_TestConnection.test_spawn_close`.

use forktalk::{Process, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<String, String>()?;
    let child = Process::fork(|| -> forktalk::Result<()> {
        here.close();
        let question = there.recv()?;
        there.send(&format!("{question}? yes"))?;
        Ok(())
    })?;
    there.close();
    here.send(&"still there".to_string())?;
    println!("{}", here.recv()?);
    assert!(child.join()?.success());
    Ok(())
}
