//! What the seam promises, asked of the real kernel.
//!
//! Every check runs in a process of its own: many fork, and a process with libtest's threads must not. A check that
//! hangs is ended by an alarm, and the report says what it waited for. At its end a check must have as many open
//! descriptors as at its beginning, and no child.

mod clock;
mod descriptor;
mod process;
mod region;
mod robust_lock;
mod sentinel;
mod thread_count;
mod word;

use forktalk_abi::{ExitStatus, Region, Result, Signal, System};
use forktalk_native::{SharedRegion, Unix};
use nix::sys::signal::killpg;
use nix::unistd::{Pid as NixPid, alarm, setpgid};
use std::process::ExitCode;
use std::sync::OnceLock;

/// No check takes a second; a loaded machine gets much more than that.
const DEADLINE_SECONDS: u32 = 20;

/// A check: its name and what it does. It fails by panicking or by an error.
type Check = (&'static str, fn() -> Result<()>);

/// Where a check notes what it waits for, so that the runner can read it when the check is gone.
static NOTE: OnceLock<SharedRegion> = OnceLock::new();
const NOTE_BYTES: usize = 256;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted: Vec<_> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let subjects = [
        descriptor::CHECKS,
        process::CHECKS,
        sentinel::CHECKS,
        thread_count::CHECKS,
        clock::CHECKS,
        region::CHECKS,
        robust_lock::CHECKS,
        word::CHECKS,
    ];
    let chosen = subjects.into_iter().flatten().filter(|(name, _)| {
        wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()))
    });
    if arguments.iter().any(|argument| argument == "--list") {
        chosen.for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let note = Unix::map(NOTE_BYTES).expect("a page of shared memory");
    NOTE.get_or_init(|| note);
    let mut failed = 0;
    for check in chosen {
        failed += usize::from(!passes(check));
    }
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        println!("{failed} failed");
        ExitCode::FAILURE
    }
}

fn passes((name, check): &Check) -> bool {
    waiting_for("nothing yet");
    let child = Unix::fork(name, || {
        // A group of its own, so that nothing of a failed check lives on.
        let _ = setpgid(NixPid::this(), NixPid::this());
        alarm::set(DEADLINE_SECONDS);
        run(*check);
        0
    });
    let status = child.and_then(|child| {
        let status = Unix::wait(child, true);
        let _ = killpg(NixPid::from_raw(child.0), nix::sys::signal::SIGKILL);
        status
    });
    let why = match status {
        Ok(Some(ExitStatus::Exited(0))) => String::new(),
        // SIGALRM, which the seam does not name.
        Ok(Some(ExitStatus::Signaled(Signal(14)))) => {
            format!("after {DEADLINE_SECONDS} s it still waited for {}", noted())
        }
        other => format!("{other:?}, having last waited for {}", noted()),
    };
    let verdict = if why.is_empty() { "ok" } else { "FAILED" };
    println!("{name} ... {verdict} {why}");
    why.is_empty()
}

fn run(check: fn() -> Result<()>) {
    let before = open_descriptors();
    check().expect("every call of the check succeeds");
    assert_eq!(open_descriptors(), before, "descriptors are left open");
    let none = nix::sys::wait::waitpid(None, None);
    assert_eq!(none, Err(nix::errno::Errno::ECHILD), "children are left");
}

/// How many descriptors this process has: of the first numbers, as many as can be duplicated.
fn open_descriptors() -> usize {
    let numbers = (0..256).map(forktalk_abi::Fd);
    let copies: Vec<_> = numbers.map(Unix::duplicate).collect();
    let open = copies.iter().flatten().count();
    copies.into_iter().flatten().for_each(|copy| {
        let _ = Unix::close(copy);
    });
    open
}

/// Notes what is waited for from here on.
fn waiting_for(what: &str) {
    if let Some(note) = NOTE.get() {
        let mut padded = [0; NOTE_BYTES];
        padded[..what.len()].copy_from_slice(what.as_bytes());
        note.copy_in(0, &padded);
    }
}

fn noted() -> String {
    let mut bytes = [0; NOTE_BYTES];
    if let Some(note) = NOTE.get() {
        note.copy_out(0, &mut bytes);
    }
    String::from_utf8_lossy(&bytes)
        .trim_end_matches('\0')
        .to_owned()
}

/// Waits for a child that must have exited with 0.
fn join(child: forktalk_abi::Pid) -> Result<()> {
    waiting_for("the end of a child");
    assert_eq!(Unix::wait(child, true)?, Some(ExitStatus::Exited(0)));
    Ok(())
}

/// Runs in a child, where nothing can be answered but an exit code.
fn in_child(story: impl FnOnce() -> Result<()>) -> i32 {
    match story() {
        Ok(()) => 0,
        Err(errno) => {
            eprintln!("in a child: {errno}");
            1
        }
    }
}
