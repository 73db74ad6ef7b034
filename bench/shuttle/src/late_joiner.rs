//! Runners sign up, and the starter fires: for those who have, or for each, however late.

use shuttle::sync::mpsc::{Receiver, channel};
use shuttle::thread;

pub(crate) fn broken() {
    race(|list| list.try_recv().ok());
}

pub(crate) fn repaired() {
    race(|list| list.recv().ok());
}

fn race(next: fn(&Receiver<usize>) -> Option<usize>) {
    let (sign_up, list) = channel();
    let mut runners = Vec::new();
    for number in 0..2 {
        let (fire, shot) = channel();
        let sign_up = sign_up.clone();
        let runner = thread::spawn(move || {
            sign_up.send(number).unwrap();
            drop(sign_up);
            shot.recv().unwrap();
        });
        runners.push((runner, fire));
    }
    drop(sign_up);
    while let Some(number) = next(&list) {
        runners[number].1.send(()).unwrap();
    }
    for (runner, _fire) in runners {
        runner.join().unwrap();
    }
}
