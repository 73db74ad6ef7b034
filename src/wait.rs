//! Wait on many ends and processes at once.

use std::time::Duration;

use forktalk_abi::{Deadline, Fd, Poll, System};

use crate::error::WaitError;
use crate::frame::has_in_hand;
use crate::inherit::End;
use crate::process::Process;
use crate::{Connection, Receiver, Sys, clock};

/// What [`wait`] can wait for: a [`Receiver`], a [`Connection`], a [`Process`].
///
/// ```
/// use forktalk::{Waitable, pipe};
///
/// let (rx, _tx) = pipe::<u8>()?;
/// let list: [&dyn Waitable; 1] = [&rx];
/// # let _ = list;
/// # Ok::<(), forktalk::Error>(())
/// ```
pub trait Waitable: sealed::Watched {}

impl<T> Waitable for Receiver<T> {}
impl<T, U> Waitable for Connection<T, U> {}
impl Waitable for Process {}

pub(crate) mod sealed {
    use crate::inherit::End;
    use crate::process::Process;

    /// The two kinds of things that can be watched.
    #[expect(
        private_interfaces,
        reason = "the module is private: nobody outside can name this"
    )]
    pub enum Kind<'a> {
        End(&'a End),
        Process(&'a Process),
    }

    pub trait Watched {
        fn kind(&self) -> Kind<'_>;
    }
}
use sealed::{Kind, Watched};

impl<T> Watched for Receiver<T> {
    fn kind(&self) -> Kind<'_> {
        Kind::End(self.end())
    }
}

impl<T, U> Watched for Connection<T, U> {
    fn kind(&self) -> Kind<'_> {
        Kind::End(self.end())
    }
}

impl Watched for Process {
    fn kind(&self) -> Kind<'_> {
        Kind::Process(self)
    }
}

/// Waits until one of `list` is ready; answers the places of all that are, in order.
///
/// A receiver or connection is ready when there is something to receive, end-of-file included; a process when it
/// has ended. Blocks until then, or until `timeout` has passed: then the answer is empty. Without a timeout it
/// waits for ever; with an empty list it sleeps.
///
/// # Errors
///
/// [`WaitError::Closed`]: an end of the list is closed here. [`WaitError::Process`]: a process of the list is not a
/// child of this one.
///
/// ```
/// use std::time::Duration;
/// use forktalk::{Process, pipe, wait};
///
/// let (rx, tx) = pipe::<u8>()?;
/// let child = Process::spawn(move || tx.send(&1))?;
/// let ready = wait(&[&rx, &child], Some(Duration::from_secs(10)))?;
/// assert!(!ready.is_empty());
/// # child.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
pub fn wait(list: &[&dyn Waitable], timeout: Option<Duration>) -> Result<Vec<usize>, WaitError> {
    let mut deadline = timeout.map(clock::after);
    let mut polls = Vec::with_capacity(list.len());
    let mut ready = vec![false; list.len()];
    for (index, item) in list.iter().enumerate() {
        let fd = match item.kind() {
            Kind::End(end) => {
                ready[index] = has_in_hand(end);
                open(end, index)?
            }
            Kind::Process(process) if process.is_known_to_have_ended() => {
                ready[index] = true;
                // poll passes negative descriptors over.
                Fd(-1)
            }
            Kind::Process(process) => process
                .sentinel_fd()
                .map_err(|reason| WaitError::Process { index, reason })?,
        };
        polls.push(Poll::readable(fd));
    }
    if ready.contains(&true) {
        deadline = Some(Deadline::PAST);
    }
    Sys::poll(&mut polls, deadline).map_err(WaitError::System)?;
    Ok((0..list.len())
        .filter(|&index| ready[index] || polls[index].is_ready())
        .collect())
}

fn open(end: &End, index: usize) -> Result<Fd, WaitError> {
    end.fd().ok_or(WaitError::Closed(index))
}
