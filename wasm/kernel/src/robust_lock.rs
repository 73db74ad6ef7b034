//! Robust locks: in a region, held by a process, and released by its death.

use crate::{Kernel, Request};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Locked, Pid};

/// The locks of one region that were ever taken, ordered by offset.
#[derive(Debug, Default)]
pub(crate) struct RobustLocks {
    all: Vec<RobustLock>,
}

#[derive(Clone, Copy, Debug)]
struct RobustLock {
    offset: u32,
    owner: Option<Pid>,
    /// That the last owner died holding it, which nobody was told yet.
    abandoned: bool,
}

impl RobustLocks {
    fn find(&self, offset: u32) -> Result<usize, usize> {
        self.all.binary_search_by_key(&offset, |lock| lock.offset)
    }

    /// Who holds the lock at `offset`.
    pub(crate) fn owner(&self, offset: u32) -> Option<Pid> {
        self.all[self.find(offset).ok()?].owner
    }

    /// The offsets of the locks that `pid` holds.
    pub(crate) fn held_by(&self, pid: Pid) -> impl Iterator<Item = u32> {
        let held = self.all.iter().filter(move |lock| lock.owner == Some(pid));
        held.map(|lock| lock.offset)
    }

    /// The offset of each that is not as it was at first, with its owner, and whether that it was abandoned is still to be
    /// told.
    pub(crate) fn in_use(&self) -> impl Iterator<Item = (u32, Option<Pid>, bool)> {
        let used = self.all.iter();
        let used = used.filter(|lock| lock.owner.is_some() || lock.abandoned);
        used.map(|lock| (lock.offset, lock.owner, lock.abandoned))
    }

    /// Takes the lock, unless another process holds it: then `EBUSY`. `EDEADLK`: this process does.
    pub(crate) fn lock(&mut self, offset: u32, pid: Pid) -> Result<Locked, Errno> {
        let place = match self.find(offset) {
            Ok(place) => place,
            Err(place) => {
                let free = RobustLock {
                    offset,
                    owner: None,
                    abandoned: false,
                };
                self.all.insert(place, free);
                place
            }
        };
        let lock = &mut self.all[place];
        match lock.owner {
            Some(owner) if owner == pid => return Err(Errno::DEADLK),
            Some(_) => return Err(Errno::BUSY),
            None => lock.owner = Some(pid),
        }
        match std::mem::take(&mut lock.abandoned) {
            true => Ok(Locked::OwnerDied),
            false => Ok(Locked::Clean),
        }
    }

    /// Releases the lock. `EPERM`: this process does not hold it.
    pub(crate) fn unlock(&mut self, offset: u32, pid: Pid) -> Result<(), Errno> {
        let place = self.find(offset).map_err(|_| Errno::PERM)?;
        match self.all[place].owner {
            Some(owner) if owner == pid => {
                self.all[place].owner = None;
                Ok(())
            }
            _ => Err(Errno::PERM),
        }
    }

    /// `pid` is gone: what it holds is free, and the next owner will be told.
    pub(crate) fn abandon(&mut self, pid: Pid) {
        for lock in &mut self.all {
            if lock.owner == Some(pid) {
                lock.owner = None;
                lock.abandoned = true;
            }
        }
    }
}

impl Kernel {
    /// Whether a process stands at a lock for which it does not wait.
    #[must_use]
    pub fn tries_lock(&self, pid: Pid) -> bool {
        let process = self.processes.get(pid);
        let pending = process.and_then(|process| process.pending.as_ref());
        pending.is_some_and(|pending| {
            let is_over = pending.deadline_ns.is_some_and(|at| at <= self.now_ns());
            is_over && matches!(pending.request, Request::Call(Call::Lock { .. }))
        })
    }

    /// Takes a lock that is free, or whose wait is over.
    pub(crate) fn lock(&mut self, pid: Pid, region: u32, offset: u32) -> Result<i32, Errno> {
        let process = self.processes.get(pid).ok_or(Errno::SRCH)?;
        if !process.regions.contains(&region) {
            return Err(Errno::INVAL);
        }
        match self
            .regions
            .get_mut(region)?
            .locks_at(offset)?
            .lock(offset, pid)
        {
            Ok(locked) => {
                self.locked = Some((pid, region, offset));
                match locked {
                    Locked::Clean => Ok(0),
                    // The lock is taken all the same.
                    Locked::OwnerDied => Err(Errno::OWNERDEAD),
                }
            }
            // It is performed only once it is free or its wait is over.
            Err(Errno::BUSY) => Err(Errno::TIMEDOUT),
            Err(errno) => Err(errno),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Pid = Pid(1);
    const TWO: Pid = Pid(2);

    #[test]
    fn only_the_owner_releases_and_nobody_takes_twice() {
        let mut locks = RobustLocks::default();
        assert_eq!(locks.lock(64, ONE), Ok(Locked::Clean));
        assert_eq!(locks.lock(64, ONE), Err(Errno::DEADLK));
        assert_eq!(locks.lock(64, TWO), Err(Errno::BUSY));
        assert_eq!(locks.lock(0, TWO), Ok(Locked::Clean), "another lock");
        assert_eq!(locks.unlock(64, TWO), Err(Errno::PERM));
        assert_eq!(locks.unlock(128, TWO), Err(Errno::PERM));
        assert_eq!(locks.unlock(64, ONE), Ok(()));
        assert_eq!(locks.lock(64, TWO), Ok(Locked::Clean));
        assert_eq!(locks.owner(64), Some(TWO));
    }

    #[test]
    fn the_next_owner_is_told_once_that_the_last_one_died() {
        let mut locks = RobustLocks::default();
        assert_eq!(locks.lock(0, ONE), Ok(Locked::Clean));
        locks.abandon(ONE);
        assert_eq!(locks.lock(0, TWO), Ok(Locked::OwnerDied));
        assert_eq!(locks.unlock(0, TWO), Ok(()));
        assert_eq!(locks.lock(0, TWO), Ok(Locked::Clean));
    }
}
