//! What is on the heap is copied by fork too: a child that changes it changes its own copy, at the same address.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let mut words = vec![String::from("bread")];
    let (rx, tx) = pipe::<(usize, Vec<String>)>()?;
    let child = Process::fork(|| {
        words.push(String::from("butter"));
        words[0].make_ascii_uppercase();
        tx.send(&(words[0].as_ptr().addr(), words.clone()))
    })?;
    tx.close();
    let (address, of_child) = rx.recv()?;
    assert!(child.join()?.success());
    println!("the child's: {of_child:?}");
    println!("the parent's: {words:?}");
    assert_eq!(address, words[0].as_ptr().addr());
    println!("and the address of the first is the same");
    Ok(())
}
