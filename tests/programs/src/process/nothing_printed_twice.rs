//! Output that waits in a buffer at a fork is neither printed twice nor lost: it is written before the fork, and at a
//! child's end.
//!
//! After CPython's `TestStdinBadfiledescriptor.test_flushing`.

use forktalk::Process;

pub fn main() -> forktalk::Result<()> {
    print!("before the fork, ");
    let child = Process::fork(|| print!("in the child, "))?;
    child.join()?;
    println!("and after it");
    Ok(())
}
