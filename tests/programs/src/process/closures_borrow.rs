//! The function of a fork may borrow what is on its parent's stack: the child has a copy of the stack.

use forktalk::{Process, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    let (rx, tx) = pipe::<String>()?;
    let names = ["Ada", "Grace", "Barbara"];
    let mut greeted = 0;
    for name in &names {
        let greet = |to: &Sender<String>| to.send(&format!("hello, {name}"));
        let child = Process::fork(|| {
            greeted += 100; // the child's copy
            assert!(greeted <= 102);
            greet(&tx)
        })?;
        assert!(child.join()?.success());
        println!("{}", rx.recv()?);
        greeted += 1;
    }
    println!("{greeted} were greeted");
    Ok(())
}
