//! Death with the parent, by the kernel: `PROC_PDEATHSIG_CTL`. Fork clears the setting.

use crate::errno::translated;
use forktalk_abi::{Pid, Result};
use nix::errno::Errno as Host;
use nix::libc;

pub(crate) fn arm(_parent: Pid) -> Result<()> {
    let mut signal: libc::c_int = libc::SIGKILL;
    // SAFETY: for this command procctl reads one int; process 0 is the caller.
    let armed = unsafe {
        libc::procctl(
            libc::P_PID,
            0,
            libc::PROC_PDEATHSIG_CTL,
            (&raw mut signal).cast(),
        )
    };
    Host::result(armed).map(drop).map_err(translated)
}
