//! A child's life, from the start to the join, as its parent sees it.
//!
//! After CPython's `_TestProcess.test_process`, `test_active_children` and `test_current`.

use forktalk::{Process, active_children, current, pipe};

pub fn main() -> forktalk::Result<()> {
    let me = current();
    assert_eq!((me.name(), me.is_daemon()), ("main", false));

    let (end, finish) = pipe::<()>()?;
    let (facts, tell) = pipe::<(i32, i32, String)>()?;
    let child = Process::builder()
        .name("worker")
        .spawn(move || -> forktalk::Result<()> {
            let me = current();
            tell.send(&(me.pid().0, me.parent_pid().0, me.name().to_string()))?;
            Ok(end.recv()?)
        })?;
    assert!(child.is_alive() && child.exit_status().is_none());
    assert_eq!(active_children(), [child.pid()]);
    println!("started: it is alive, and has no exit status");

    let told = facts.recv()?;
    assert_eq!(told, (child.pid().0, me.pid().0, "worker".to_string()));
    assert_eq!(child.name(), "worker");
    println!("it knows its name, its number and its parent's");

    finish.send(&())?;
    let status = child.join()?;
    assert!(!child.is_alive() && active_children().is_empty());
    assert_eq!(child.exit_status(), Some(status));
    println!("joined: {status}");
    Ok(())
}
