//! The children of this process: what is known of each, and who is still alive.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, TryLockError};

use forktalk_abi::{ExitStatus, Pid, System};

use crate::Sys;
use crate::acting::Acting;
use crate::error::ProcessError;
use crate::inherit::{End, state};
use crate::turn::lock;

/// A child as its parent knows it; the handle and the list of children share it.
pub(crate) struct Child {
    pub(crate) pid: Pid,
    parent: Pid,
    pub(crate) name: Cow<'static, str>,
    status: Mutex<Option<ExitStatus>>,
    pub(crate) watch: OnceLock<Arc<End>>,
}

impl Child {
    pub(crate) fn new(pid: Pid, parent: Pid, name: Cow<'static, str>) -> Arc<Child> {
        Arc::new(Child {
            pid,
            parent,
            name,
            status: Mutex::new(None),
            watch: OnceLock::new(),
        })
    }

    /// Its status, if this process has learnt of it.
    pub(crate) fn known_status(&self) -> Option<ExitStatus> {
        *self.status_now()?
    }

    /// Nothing while another thread waits for it to end: then nobody knows more.
    fn status_now(&self) -> Option<MutexGuard<'_, Option<ExitStatus>>> {
        match self.status.try_lock() {
            Ok(status) => Some(status),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn must_be_ours(&self) -> Result<(), ProcessError> {
        if self.parent == Sys::own_pid() {
            Ok(())
        } else {
            Err(ProcessError::NotAChild)
        }
    }

    /// Its status if it is known or can be taken now, waiting for it if `block`.
    #[track_caller]
    pub(crate) fn ask(&self, block: bool) -> Result<Option<ExitStatus>, ProcessError> {
        self.must_be_ours()?;
        let mut status = if block {
            lock(&self.status)
        } else {
            match self.status_now() {
                Some(status) => status,
                None => return Ok(None),
            }
        };
        if status.is_none() {
            *status = Sys::wait(self.pid, block)?;
        }
        Ok(*status)
    }
}

/// Takes the status of children that ended after their handle was dropped, so that no zombie stays.
#[track_caller]
pub(crate) fn reap() {
    let _acting = Acting::at(Location::caller());
    // In place: the list's memory stays where it is, and the next fork finds one page less to copy.
    state()
        .children
        .retain(|child| match Arc::strong_count(child) {
            1 => matches!(child.ask(false), Ok(None)),
            _ => child.known_status().is_none(),
        });
}

/// The children of this process that have not ended, whether or not their handles were kept. Does not block.
///
/// Those that have ended are reaped; their handles still tell how.
///
/// ```
/// use forktalk::{Process, active_children};
///
/// let child = Process::spawn(|| forktalk::sleep(std::time::Duration::from_secs(60)))?;
/// assert_eq!(active_children(), [child.pid()]);
/// child.kill()?;
/// child.join()?;
/// assert!(active_children().is_empty());
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
#[must_use]
pub fn active_children() -> Vec<Pid> {
    let _acting = Acting::at(Location::caller());
    let children = state().children.clone();
    let living: Vec<_> = children
        .into_iter()
        .filter(|child| matches!(child.ask(false), Ok(None)))
        .collect();
    let pids = living.iter().map(|child| child.pid).collect();
    state().children = living;
    pids
}
