//! Death with the parent, by the kernel: `PR_SET_PDEATHSIG`.
//!
//! To Linux the parent is the *thread* that forked: its end is enough. Fork clears the setting.

use crate::errno::translated;
use forktalk_abi::{Pid, Result};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

pub(crate) fn arm(_parent: Pid) -> Result<()> {
    set_pdeathsig(Signal::SIGKILL).map_err(translated)
}
