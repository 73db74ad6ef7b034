//! A transfer is left to a worker, and done again if a time brings no word from it. shuttle has no time (what waits for a
//! while waits for ever), so the clock is a thread too, and says when the time is up.

use shuttle::sync::mpsc::channel;
use shuttle::thread;

#[derive(PartialEq, Eq)]
enum Word {
    Done,
    TimeIsUp,
}

pub(crate) fn broken() {
    let (transfer, ledger) = channel();
    let (tell, done) = channel();
    let (his_transfer, his_tell) = (transfer.clone(), tell.clone());
    let worker = thread::spawn(move || {
        his_transfer.send(100).unwrap();
        // Nobody may be there any more who listens.
        let _ = his_tell.send(Word::Done);
    });
    let clock = thread::spawn(move || {
        let _ = tell.send(Word::TimeIsUp);
    });
    if done.recv().unwrap() == Word::TimeIsUp {
        transfer.send(100).unwrap();
    }
    worker.join().unwrap();
    clock.join().unwrap();
    drop(transfer);
    assert_eq!(ledger.iter().sum::<u32>(), 100, "transferred once");
}
