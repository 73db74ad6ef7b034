//! A grandchild inherits a writing end too, and keeps the pipe open after its parent has ended.

use std::time::Duration;

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let (stay, leave) = pipe::<()>()?;
    let child = Process::fork(|| {
        let grandchild = Process::fork(|| {
            leave.close();
            let _ = stay.recv(); // end-of-file: nobody is left who could send
            tx.send(&"the grandchild leaves".to_string())
        });
        assert!(grandchild.is_ok());
    })?;
    tx.close();
    stay.close();
    child.join()?;
    println!("the child has ended");

    assert!(
        !rx.poll(Some(Duration::from_millis(20)))?,
        "no end-of-file: the grandchild holds an end"
    );
    println!("the pipe is still open");
    leave.close();
    println!("{}", rx.recv()?);
    assert!(rx.recv().is_err());
    println!("end-of-file");
    Ok(())
}
