//! A descriptor that tells of a child's end, where the kernel has none that poll understands.
//!
//! Each fork makes a pipe. The child alone keeps the writing end, and for ever: so the reading end, which the parent
//! keeps in a table, comes to its end-of-file when the child is gone. A grandchild made here closes its copy at
//! birth, so it does not delay that; one made by a bare `fork(2)` does, as long as it lives.

use crate::descriptor;
use forktalk_abi::{Errno, Fd, Pid, Result};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Table {
    /// For each child whose status was not taken: where its end can be read.
    children: Vec<(Pid, OwnedFd)>,
    /// What this process holds until it ends, for its own parent to notice.
    own_life: Option<OwnedFd>,
}

static TABLE: Mutex<Table> = Mutex::new(Table {
    children: Vec::new(),
    own_life: None,
});

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A fork under way. It holds the table, so that no other thread's fork can copy it locked.
pub(crate) struct Birth {
    table: MutexGuard<'static, Table>,
    reading: OwnedFd,
    writing: OwnedFd,
}

impl Birth {
    pub(crate) fn begin() -> Result<Birth> {
        let table = table();
        let (reading, writing) = descriptor::pipe()?;
        // SAFETY: both were made just now and are nobody else's.
        let [reading, writing] =
            [reading, writing].map(|end| unsafe { OwnedFd::from_raw_fd(end.0) });
        Ok(Birth {
            table,
            reading,
            writing,
        })
    }

    pub(crate) fn in_child(mut self) {
        self.table.children.clear();
        self.table.own_life = Some(self.writing);
    }

    pub(crate) fn in_parent(mut self, child: Pid) {
        self.table.children.push((child, self.reading));
    }

    pub(crate) fn failed(self) {}
}

pub(crate) fn open(child: Pid) -> Result<Fd> {
    let table = table();
    let found = table.children.iter().find(|(pid, _)| *pid == child);
    let (_, reading) = found.ok_or(Errno::SRCH)?;
    descriptor::duplicate(Fd(reading.as_raw_fd()))
}

/// Its status was taken: the number may soon be another's.
pub(crate) fn forget(child: Pid) {
    table().children.retain(|(pid, _)| *pid != child);
}
