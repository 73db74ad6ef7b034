//! A child forks a child, which forks a child: what each borrows goes all the way down, the exit code comes up.

use forktalk::{ExitStatus, Process};

pub fn main() -> forktalk::Result<()> {
    let from_the_top = String::from("a word from the top");
    let status = descend(1, &from_the_top)?;
    println!("the first returns to the top: {status}");
    assert_eq!(status, ExitStatus::Exited(6), "3 + 2 + 1");
    Ok(())
}

fn descend(depth: i32, word: &str) -> forktalk::Result<ExitStatus> {
    let child = Process::fork(|| -> forktalk::Result<i32> {
        println!("{depth} deep: {word}");
        if depth == 3 {
            return Ok(depth);
        }
        let below = descend(depth + 1, word)?;
        println!("{depth} deep, and back: {below}");
        Ok(depth + below.code().unwrap_or(-1))
    })?;
    Ok(child.join()?)
}
