//! The system's numbers and those of the simulated Unix: which descriptor, region, process is which.

use forktalk_abi::Pid;
use std::collections::BTreeMap;

/// What the numbers of one process mean; its child begins with the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// When the run began, on the system's clock.
    pub(crate) start: u64,
    fds: BTreeMap<i32, u32>,
    /// By their address.
    regions: BTreeMap<u64, u32>,
    /// Those that it, or one before it, knows by number.
    pids: BTreeMap<i32, Pid>,
}

impl Known {
    pub(crate) fn new(start: u64) -> Known {
        // The standard streams are open at the beginning, on both sides.
        let fds = (0..3).map(|fd| (fd, fd as u32)).collect();
        Known {
            start,
            fds,
            ..Known::default()
        }
    }

    pub(crate) fn fd(&self, fd: i32) -> Option<u32> {
        self.fds.get(&fd).copied()
    }

    pub(crate) fn region(&self, address: u64) -> Option<u32> {
        self.regions.get(&address).copied()
    }

    pub(crate) fn pid(&self, pid: i32) -> Option<Pid> {
        self.pids.get(&pid).copied()
    }

    /// Nanoseconds since the run began; the far end of the clock stays where it is.
    pub(crate) fn since_start(&self, at: u64) -> u64 {
        match at {
            u64::MAX => at,
            at => at.saturating_sub(self.start),
        }
    }

    pub(crate) fn learn_fd(&mut self, fd: i32, is: u32) {
        self.fds.insert(fd, is);
    }

    pub(crate) fn forget_fd(&mut self, fd: i32) {
        self.fds.remove(&fd);
    }

    pub(crate) fn learn_region(&mut self, address: u64, is: u32) {
        self.regions.insert(address, is);
    }

    pub(crate) fn forget_region(&mut self, address: u64) {
        self.regions.remove(&address);
    }

    pub(crate) fn learn_pid(&mut self, pid: i32, is: Pid) {
        self.pids.insert(pid, is);
    }
}
