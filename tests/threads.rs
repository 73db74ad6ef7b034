//! A process with threads: who only looks at a child never waits for who joins it.
//!
//! Not under libtest, whose threads would be copied by the fork. Ends itself after a while, saying what it waited for.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use forktalk::{Process, Signal, active_children};

const DEADLINE: Duration = Duration::from_secs(20);

fn main() {
    // A daemon, so that it does not outlive a test that failed.
    let child = Process::builder()
        .daemon(true)
        .spawn(|| forktalk::sleep(Duration::from_secs(600)))
        .expect("one thread so far");
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let joiner = scope.spawn(|| child.join());
        scope.spawn(move || {
            let mut waited_for = "the start";
            loop {
                match told.recv_timeout(DEADLINE) {
                    Ok(next) => waited_for = next,
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        eprintln!("after {DEADLINE:?} still waiting for {waited_for}, while a thread joins the child");
                        std::process::exit(1);
                    }
                }
            }
        });
        let step = |what| tell.send(what).expect("the watcher lives");
        // The joiner is in its wait by then, or the calls below find it all the easier.
        thread::sleep(Duration::from_millis(100));

        step("is_alive");
        assert!(child.is_alive());
        step("exit_status");
        assert_eq!(child.exit_status(), None);
        step("join_timeout");
        assert_eq!(child.join_timeout(Duration::from_millis(10)), Ok(None));
        step("active_children");
        assert_eq!(active_children(), [child.pid()]);
        step("a child of a process with threads");
        let other = Process::builder()
            .allow_threads(true)
            .spawn(|| ())
            .expect("allowed");
        assert!(other.join().expect("it is ours").success());
        step("kill");
        child.kill().expect("it is ours");
        step("join_timeout after the kill");
        let status = child
            .join_timeout(DEADLINE)
            .expect("it is ours")
            .expect("it was killed");
        assert_eq!(status.signal(), Some(Signal::KILL));
        assert_eq!(joiner.join().expect("no panic"), Ok(status));
        drop(tell);
    });
    println!("a thread that joins keeps no other waiting: ok");
}
