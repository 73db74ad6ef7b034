//! Death with the parent, where the kernel does not see to it: a thread waits for the parent's end on a kqueue and
//! then kills this process.
//!
//! A kqueue and a thread are not copied by fork, so, as elsewhere, a child does not inherit the setting. The thread
//! takes no lock and allocates nothing once it waits: a fork beside it is as safe as in a process of one thread,
//! which is why `thread_count` leaves it out.

use crate::errno::translated;
use crate::process;
use core::sync::atomic::{AtomicI32, Ordering};
use forktalk_abi::{Errno, Pid, Result, Signal};
use nix::errno::Errno as Host;
use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};

/// The process in which a watcher runs; a forked copy of this process has none.
static WATCHED: AtomicI32 = AtomicI32::new(0);

/// How many threads of this process are watchers.
pub(crate) fn watchers() -> usize {
    usize::from(WATCHED.load(Ordering::Relaxed) == process::own_pid().0)
}

pub(crate) fn arm(parent: Pid) -> Result<()> {
    let own = process::own_pid();
    if WATCHED.load(Ordering::Relaxed) == own.0 {
        return Ok(());
    }
    let queue = Kqueue::new().map_err(translated)?;
    let end_of_parent = KEvent::new(
        parent.0 as usize,
        EventFilter::EVFILT_PROC,
        EvFlags::EV_ADD | EvFlags::EV_ONESHOT,
        FilterFlag::NOTE_EXIT,
        0,
        0,
    );
    queue
        .kevent(&[end_of_parent], &mut [], None)
        .map_err(translated)?;
    let watcher = std::thread::Builder::new().name("parent watch".into());
    watcher
        .spawn(move || wait_and_die(&queue, end_of_parent))
        .map_err(|_| Errno::AGAIN)?;
    WATCHED.store(own.0, Ordering::Relaxed);
    Ok(())
}

fn wait_and_die(queue: &Kqueue, room: KEvent) {
    let mut events = [room];
    while queue.kevent(&[], &mut events, None) == Err(Host::EINTR) {}
    let _ = process::kill(process::own_pid(), Signal::KILL);
}
