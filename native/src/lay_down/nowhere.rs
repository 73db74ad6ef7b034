//! A writing end that is laid down for a while: where an unnamed pipe cannot be opened once more, it is not done.

use forktalk_abi::{Errno, Fd, Result};

pub(crate) fn lay_down(_: Fd, _: Fd) -> Result<()> {
    Err(Errno::NOTSUP)
}

pub(crate) fn take_up(_: Fd, _: Fd) -> Result<()> {
    Err(Errno::NOTSUP)
}
