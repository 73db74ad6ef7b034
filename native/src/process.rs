//! Fork, the end of a process, and its number.

use crate::errno::translated;
use crate::recorder::{Asked, does};
use crate::{parent_death, recorder, sentinel};
use forktalk_abi::{Errno, ExitStatus, Pid, Result, Signal};
use nix::errno::Errno as Host;
use nix::libc;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The exit code of a child that panicked, as Rust's own `main` has it.
const PANICKED: i32 = 101;

/// `name` is written down if the run is recorded: nothing in this kernel's own listings is renamed behind the user's back.
#[track_caller]
pub(crate) fn fork<F: FnOnce() -> i32>(name: &str, child: F) -> Result<Pid> {
    let birth = sentinel::Birth::begin()?;
    let recorded = recorder::Birth::begin(name);
    // SAFETY: in the child only `child` runs; whether other threads were there, whose locks it would find locked, is
    // what the message logic asks before (`thread_count`).
    match Host::result(unsafe { libc::fork() }) {
        Ok(0) => {
            birth.in_child();
            recorded.in_child();
            run(child)
        }
        Ok(pid) => {
            birth.in_parent(Pid(pid));
            let answer = recorded.in_parent(Ok(Pid(pid)));
            drop(child);
            answer
        }
        Err(error) => {
            birth.failed();
            let answer = recorded.in_parent(Err(translated(error)));
            drop(child);
            answer
        }
    }
}

/// The whole life of a child. Nothing of it may unwind into the frames below, which belong to the parent's story.
#[inline]
fn run(child: impl FnOnce() -> i32) -> ! {
    // The panic's message was printed by the hook. Its payload is left alone: dropping it could panic again.
    let code = catch_unwind(AssertUnwindSafe(child)).unwrap_or_else(|payload| {
        core::mem::forget(payload);
        PANICKED
    });
    exit(code)
}

// Inlined, so that a child's last steps lie in memory that its first ones have brought in: each page that a child
// touches for the first time costs it as much as several system calls.
#[inline]
#[track_caller]
pub(crate) fn exit(code: i32) -> ! {
    does(Asked::Exit { code });
    // SAFETY: nothing of this process is used afterwards.
    unsafe { libc::_exit(code) }
}

pub(crate) fn wait(child: Pid, block: bool) -> Result<Option<ExitStatus>> {
    // To waitpid, 0 and less mean groups of children.
    if child.0 <= 0 {
        return Err(Errno::CHILD);
    }
    let options = if block { 0 } else { libc::WNOHANG };
    loop {
        let mut status = 0;
        // SAFETY: `status` is a live integer.
        match Host::result(unsafe { libc::waitpid(child.0, &mut status, options) }) {
            Ok(0) => return Ok(None),
            // A tracer's stops are not an end.
            Ok(_) if !libc::WIFEXITED(status) && !libc::WIFSIGNALED(status) => {}
            Ok(_) => {
                sentinel::forget(child);
                return Ok(Some(ending(status)));
            }
            Err(Host::EINTR) => {}
            Err(other) => return Err(translated(other)),
        }
    }
}

fn ending(status: libc::c_int) -> ExitStatus {
    if libc::WIFEXITED(status) {
        ExitStatus::Exited(libc::WEXITSTATUS(status))
    } else {
        ExitStatus::Signaled(Signal(libc::WTERMSIG(status)))
    }
}

// The signals that the seam names have the same numbers everywhere; only those that it does not name differ.
const _: () = {
    assert!(Signal::INT.0 == libc::SIGINT && Signal::ABRT.0 == libc::SIGABRT);
    assert!(Signal::FPE.0 == libc::SIGFPE && Signal::KILL.0 == libc::SIGKILL);
    assert!(Signal::SEGV.0 == libc::SIGSEGV && Signal::TERM.0 == libc::SIGTERM);
    assert!(Signal::XCPU.0 == libc::SIGXCPU);
};

pub(crate) fn kill(pid: Pid, signal: Signal) -> Result<()> {
    // To kill, 0 and less mean groups of processes, or all of them.
    if pid.0 <= 0 {
        return Err(Errno::SRCH);
    }
    // SAFETY: kill touches no memory.
    let sent = unsafe { libc::kill(pid.0, signal.0) };
    Host::result(sent).map(drop).map_err(translated)
}

pub(crate) fn own_pid() -> Pid {
    Pid(nix::unistd::getpid().as_raw())
}

pub(crate) fn parent_pid() -> Pid {
    Pid(nix::unistd::getppid().as_raw())
}

/// Asked before as well as after: what was armed for a wrong parent would stay armed, and a parent that ended in
/// between would never be noticed.
pub(crate) fn die_with_parent(parent: Pid) -> Result<()> {
    let is_parent = || {
        if parent_pid() == parent {
            Ok(())
        } else {
            Err(Errno::SRCH)
        }
    };
    is_parent()?;
    parent_death::arm(parent)?;
    is_parent()
}
