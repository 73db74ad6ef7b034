//! An item that is no value of the queue's type is an error, and out of the queue. The next one is fine.

use forktalk::{GetError, Process, Queue};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Animal {
    Cat { lives: u8 },
    Dog(String),
}

pub fn main() -> forktalk::Result<()> {
    let animals = Queue::<Animal>::unbounded()?;
    let putter = Process::fork(|| -> forktalk::Result<()> {
        animals.put(&Animal::Cat { lives: 9 })?;
        animals.put_bytes(&[77])?; // there is no 77th kind of animal
        animals.put_bytes(&[])?;
        animals.put_bytes(&[0, 9, 9])?; // a cat, and something after it
        animals.put(&Animal::Dog("Rex".to_string()))?;
        Ok(())
    })?;
    assert!(putter.join()?.success());
    for _ in 0..5 {
        match animals.get() {
            Ok(animal) => println!("{animal:?}"),
            Err(GetError::Decode { bytes, .. }) => println!("no animal, in {bytes} bytes"),
            Err(other) => return Err(other.into()),
        }
    }
    assert_eq!(animals.try_get(), Err(GetError::Empty));
    Ok(())
}
