//! Two getters wait, and the only putter ends. Both are told: neither can help the other, who waits as well.

use forktalk::{Closed, GetError, Process, Queue};

pub fn main() -> forktalk::Result<()> {
    let queue = Queue::<u32>::unbounded()?;
    let mut getters = Vec::new();
    for name in ["one", "the other"] {
        let queue = queue.try_clone()?;
        getters.push(Process::spawn(move || get_all(name, &queue))?);
    }
    // Moved there: the parent holds the queue no longer.
    let putter = Process::spawn(move || queue.put_all(0..10).map(|_| ()))?;
    assert!(putter.join()?.success());

    let mut got = 0;
    for getter in getters {
        got += getter.join()?.code().unwrap();
    }
    println!("together they got {got} items");
    Ok(())
}

/// Answers how many it got.
fn get_all(name: &str, queue: &Queue<u32>) -> i32 {
    let mut items = 0;
    loop {
        match queue.get() {
            Ok(_) => items += 1,
            Err(GetError::Closed(Closed::Abandoned)) => break,
            Err(other) => panic!("{other}"),
        }
    }
    println!("{name} knows that nobody is left");
    items
}
