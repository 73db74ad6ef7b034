//! Runners sign up, and the starter fires for those who have. Who signs up after that waits for a shot that does not come.

use forktalk::{Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (list, sign_up) = pipe::<usize>()?;
    let mut runners = Vec::new();
    for number in 0..2 {
        let (shot, fire) = pipe::<()>()?;
        let runner = Process::fork(|| -> forktalk::Result<()> {
            list.close();
            fire.close();
            sign_up.send(&number)?;
            Ok(shot.recv()?)
        })?;
        shot.close();
        runners.push((runner, fire));
    }
    sign_up.close();
    while let Ok(number) = list.try_recv() {
        runners[number].1.send(&())?;
    }
    for (runner, _) in &runners {
        assert!(runner.join()?.success());
    }
    println!("all have run");
    Ok(())
}
