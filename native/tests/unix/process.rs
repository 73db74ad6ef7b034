use crate::{Check, in_child, join, waiting_for};
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use forktalk_abi::{Deadline, Errno, ExitStatus, Fd, Pid, Result, Signal, System};
use forktalk_native::Unix;

pub(crate) const CHECKS: &[Check] = &[
    ("process/fork_copies_statics_and_stack", copies),
    ("process/the_parent_drops_its_closure", drops_closure),
    ("process/the_child_exits_with_its_answer", exit_codes),
    ("process/a_panic_in_the_child_is_exit_101", panics),
    ("process/wait_takes_a_status_once", wait_once),
    ("process/wait_without_blocking", wait_without_blocking),
    ("process/a_signal_is_told_by_wait", signaled),
    ("process/kill_asks_and_fails", kill),
    ("process/an_orphan_has_another_parent", orphan),
    ("process/die_with_a_parent_that_is_killed", die_with_parent),
    ("process/die_with_somebody_else_is_esrch", die_with_stranger),
];

static COUNTER: AtomicU32 = AtomicU32::new(1);

fn copies() -> Result<()> {
    let mut on_stack = 1;
    let child = Unix::fork("child", || {
        COUNTER.fetch_add(1, Ordering::Relaxed);
        on_stack += 1;
        i32::from(COUNTER.load(Ordering::Relaxed) != 2 || on_stack != 2)
    })?;
    join(child)?;
    assert_eq!((COUNTER.load(Ordering::Relaxed), on_stack), (1, 1));
    Ok(())
}

struct Closes(Fd);

impl Drop for Closes {
    fn drop(&mut self) {
        Unix::close(self.0).expect("it is open");
    }
}

fn drops_closure() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let owned = Closes(writing);
    let child = Unix::fork("child", move || {
        // Named whole: by its field alone the closure would take a copy of the number and leave the owner here.
        let owned = &owned;
        in_child(|| Unix::write(owned.0, &[], b"mine").map(drop))
    })?;
    waiting_for("an end-of-file after the child's end");
    let mut buffer = [0; 8];
    assert_eq!(Unix::read(reading, &mut buffer)?, 4);
    assert_eq!(Unix::read(reading, &mut buffer)?, 0);
    Unix::close(reading)?;
    join(child)
}

fn exit_codes() -> Result<()> {
    for (code, told) in [(0, 0), (1, 1), (255, 255), (256, 0), (-1, 255)] {
        let child = Unix::fork("child", || code)?;
        assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Exited(told)));
        let child = Unix::fork("child", || Unix::exit(code))?;
        assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Exited(told)));
    }
    Ok(())
}

fn panics() -> Result<()> {
    let child = Unix::fork("child", || {
        std::panic::set_hook(Box::new(|_| {}));
        panic!("as is meant")
    })?;
    assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Exited(101)));
    Ok(())
}

fn wait_once() -> Result<()> {
    let child = Unix::fork("child", || 3)?;
    assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Exited(3)));
    for stranger in [child, Pid(1), Pid(0), Pid(-1), Unix::own_pid()] {
        assert_eq!(Unix::wait(stranger, false), Err(Errno::CHILD));
    }
    Ok(())
}

fn wait_without_blocking() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let child = Unix::fork("child", || {
        in_child(|| {
            Unix::close(writing)?;
            Unix::read(reading, &mut [0; 1]).map(drop)
        })
    })?;
    assert_eq!(Unix::wait(child, false)?, None);
    Unix::close(reading)?;
    Unix::close(writing)?;
    waiting_for("a child to end at its end-of-file");
    join(child)
}

fn sleeper() -> Result<Pid> {
    Unix::fork("sleeper", || {
        Unix::sleep(Deadline::after(Unix::now(), Duration::from_secs(3600)));
        0
    })
}

fn signaled() -> Result<()> {
    // Not SIGSEGV: Rust's runtime handles it, and lets the first one pass that no access of memory caused.
    for signal in [Signal::TERM, Signal::KILL, Signal::ABRT, Signal::XCPU] {
        let child = sleeper()?;
        Unix::kill(child, Signal::NONE)?;
        Unix::kill(child, signal)?;
        waiting_for("a child that was sent a signal");
        assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Signaled(signal)));
    }
    Ok(())
}

fn kill() -> Result<()> {
    let child = Unix::fork("child", || 0)?;
    join(child)?;
    for gone in [child, Pid(0), Pid(-1)] {
        assert_eq!(Unix::kill(gone, Signal::NONE), Err(Errno::SRCH));
    }
    Unix::kill(Unix::own_pid(), Signal::NONE)
}

fn orphan() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let own = Unix::own_pid();
    let child = Unix::fork("child", || {
        in_child(|| {
            let me = Unix::own_pid();
            assert_eq!(Unix::parent_pid(), own);
            Unix::fork("grandchild", || {
                in_child(|| {
                    while Unix::parent_pid() == me {
                        Unix::sleep(Deadline::after(Unix::now(), Duration::from_millis(1)));
                    }
                    Unix::write(writing, &[], b"orphan").map(drop)
                })
            })?;
            Ok(())
        })
    })?;
    join(child)?;
    Unix::close(writing)?;
    waiting_for("a grandchild to lose its parent");
    assert_eq!(Unix::read(reading, &mut [0; 16])?, 6);
    Unix::close(reading)
}

/// The grandchild holds the only writing end, so its death is an end-of-file here.
fn die_with_parent() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let child = Unix::fork("child", || {
        in_child(|| {
            let me = Unix::own_pid();
            Unix::fork("daemon", || {
                in_child(|| {
                    Unix::die_with_parent(me)?;
                    Unix::write(writing, &[], b"armed")?;
                    Unix::sleep(Deadline::after(Unix::now(), Duration::from_secs(3600)));
                    Ok(())
                })
            })?;
            Unix::close(writing)?;
            Unix::sleep(Deadline::after(Unix::now(), Duration::from_secs(3600)));
            Ok(())
        })
    })?;
    Unix::close(writing)?;
    let mut buffer = [0; 16];
    waiting_for("a daemon to be ready");
    assert_eq!(Unix::read(reading, &mut buffer)?, 5);
    Unix::kill(child, Signal::KILL)?;
    let status = Unix::wait(child, true)?;
    assert_eq!(status, Some(ExitStatus::Signaled(Signal::KILL)));
    waiting_for("a daemon to die with its parent");
    assert_eq!(Unix::read(reading, &mut buffer)?, 0);
    Unix::close(reading)
}

fn die_with_stranger() -> Result<()> {
    let own = Unix::own_pid();
    let child = Unix::fork("child", || {
        i32::from(Unix::die_with_parent(Unix::own_pid()) != Err(Errno::SRCH))
    })?;
    join(child)?;
    assert_eq!(Unix::die_with_parent(own), Err(Errno::SRCH));
    Ok(())
}
