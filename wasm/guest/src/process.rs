//! Fork, the end of a process, and what one process may ask of another.

use core::mem;

use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Fd, Pid, Result, Signal};

use crate::start::Closure;
use crate::{address, perform, uninterrupted};

/// The child is a copy of this instance, so the closure's address means the same there: the host hands it to
/// [`forktalk_child`](crate::forktalk_child), which runs the copy.
#[track_caller]
pub(crate) fn fork<F: FnOnce() -> i32>(name: &str, child: F) -> Result<Pid> {
    let child: Box<dyn FnOnce() -> i32 + '_> = Box::new(child);
    // SAFETY: only the lifetime is changed. This process drops the closure before `fork` returns, while all that it
    // borrows is alive; the child runs it over a copy of the whole stack, whose frames it never returns into.
    let child: Closure = unsafe { mem::transmute(child) };
    // Boxed once more: a `dyn` pointer is two words wide, and the wire carries one.
    let closure = Box::into_raw(Box::new(child));
    let request = Call::Fork {
        closure: address(closure),
        name: address(&raw const *name),
        name_bytes: name.len() as u32,
    };
    // SAFETY: the kernel only reads the name, which is borrowed; the closure's address it passes on without using it.
    let pid = unsafe { perform(request) };
    // SAFETY: it came from `Box::into_raw` above, and in this process nobody else has the address.
    drop(unsafe { Box::from_raw(closure) });
    Ok(Pid(pid?.cast_signed()))
}

#[track_caller]
pub(crate) fn exit(code: i32) -> ! {
    let code = code.cast_unsigned();
    // SAFETY: no address in it.
    let answer = unsafe { perform(Call::Exit { code }) };
    unreachable!("exit answered {answer:?}")
}

#[track_caller]
pub(crate) fn wait(child: Pid, block: bool) -> Result<Option<ExitStatus>> {
    let mut status = 0_i32;
    let request = Call::Wait {
        child: child.0.cast_unsigned(),
        block: u32::from(block),
        status: address(&raw mut status),
    };
    // SAFETY: `status` has room for the four bytes of a status.
    let ended = unsafe { uninterrupted(request) }?;
    Ok((ended != 0).then(|| ExitStatus::from_raw(status)))
}

#[track_caller]
pub(crate) fn kill(pid: Pid, signal: Signal) -> Result<()> {
    let request = Call::Kill {
        pid: pid.0.cast_unsigned(),
        signal: signal.0.cast_unsigned(),
    };
    // SAFETY: no address in it.
    unsafe { perform(request) }.map(drop)
}

pub(crate) fn own_pid() -> Pid {
    // SAFETY: no address in it.
    let pid = unsafe { perform(Call::OwnPid {}) }.expect("every process has a number");
    Pid(pid.cast_signed())
}

pub(crate) fn parent_pid() -> Pid {
    // SAFETY: no address in it.
    let pid = unsafe { perform(Call::ParentPid {}) }.expect("every process has a parent");
    Pid(pid.cast_signed())
}

#[track_caller]
pub(crate) fn open_process(child: Pid) -> Result<Fd> {
    let child = child.0.cast_unsigned();
    // SAFETY: no address in it.
    let fd = unsafe { perform(Call::OpenProcess { child }) }?;
    Ok(Fd(fd.cast_signed()))
}

#[track_caller]
pub(crate) fn die_with_parent(parent: Pid) -> Result<()> {
    let parent = parent.0.cast_unsigned();
    // SAFETY: no address in it.
    unsafe { perform(Call::DieWithParent { parent }) }.map(drop)
}

/// An instance has one thread: the target has no others.
pub(crate) fn thread_count() -> usize {
    1
}
