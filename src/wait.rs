//! Wait on many ends, queues and processes at once.

use std::time::Duration;

use forktalk_abi::{Deadline, Errno, Fd, Poll, System};

use crate::error::WaitError;
use crate::frame::has_in_hand;
use crate::process::Process;
use crate::{Connection, JoinableQueue, Queue, Receiver, Sys, clock};

/// What [`wait()`] can wait for: a [`Receiver`], a [`Connection`], a [`Queue`], a [`Process`].
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
impl<T> Waitable for Queue<T> {}
impl<T> Waitable for JoinableQueue<T> {}
impl Waitable for Process {}

pub(crate) mod sealed {
    use crate::inherit::End;
    use crate::process::Process;
    use crate::waiting::Core;

    /// The kinds of things that can be watched.
    #[expect(
        private_interfaces,
        reason = "the module is private: nobody outside can name this"
    )]
    pub enum Kind<'a> {
        End(&'a End),
        Queue(&'a Core),
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

impl<T> Watched for Queue<T> {
    fn kind(&self) -> Kind<'_> {
        Kind::Queue(self.core())
    }
}

impl<T> Watched for JoinableQueue<T> {
    fn kind(&self) -> Kind<'_> {
        Kind::Queue(self.core())
    }
}

impl Watched for Process {
    fn kind(&self) -> Kind<'_> {
        Kind::Process(self)
    }
}

/// Waits until one of `list` is ready; answers the places of all that are, in order.
///
/// A receiver or connection is ready when there is something to receive, end-of-file included; a queue when there is
/// something to get, or it is closed; a process when it has ended. Blocks until then, or until `timeout` has passed: then
/// the answer is empty. Without a timeout it waits for ever; with an empty list it sleeps.
///
/// That something is ready does not mean that it still is when it is used: another process may have been quicker.
///
/// # Errors
///
/// [`WaitError::Closed`]: an end or a queue of the list is closed here. [`WaitError::Process`]: a process of the list is
/// not a child of this one.
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
    let deadline = timeout.map(clock::after);
    loop {
        let ready = look(list, deadline)?;
        // A queue's byte may tell of an item that somebody else has got by now.
        let stays = |&index: &usize| match list[index].kind() {
            Kind::Queue(core) => core.has_something(),
            _ => true,
        };
        let stay: Vec<usize> = ready.iter().copied().filter(stays).collect();
        if ready.is_empty() || !stay.is_empty() {
            return Ok(stay);
        }
    }
}

/// As [`wait()`], for what other processes are expected to do: ends when one of them has ended and nothing is ready.
///
/// # Errors
///
/// [`WaitError::Died`] tells which. [`WaitError::Process`] counts its place behind those of the list.
///
/// ```
/// use forktalk::{Process, Queue, WaitError, wait_relying_on};
///
/// let queue = Queue::<u8>::unbounded()?;
/// let worker = Process::fork(|| ())?; // and puts nothing
/// let answer = wait_relying_on(&[&queue], &[&worker], None);
/// assert!(matches!(answer, Err(WaitError::Died { pid, .. }) if pid == worker.pid()));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
pub fn wait_relying_on(
    list: &[&dyn Waitable],
    processes: &[&Process],
    timeout: Option<Duration>,
) -> Result<Vec<usize>, WaitError> {
    let mut all = list.to_vec();
    all.extend(processes.iter().map(|&process| process as &dyn Waitable));
    let mut ready = wait(&all, timeout)?;
    let Some(&first_ended) = ready.iter().find(|&&index| index >= list.len()) else {
        return Ok(ready);
    };
    // What it did before it ended comes first; it may have been done since the list was looked at.
    if ready[0] >= list.len() {
        ready = wait(list, Some(Duration::ZERO))?;
    }
    ready.retain(|&index| index < list.len());
    if !ready.is_empty() {
        return Ok(ready);
    }
    let process = processes[first_ended - list.len()];
    let pid = process.pid();
    match process.join() {
        Ok(status) => Err(WaitError::Died { pid, status }),
        Err(reason) => Err(WaitError::Process {
            index: first_ended,
            reason,
        }),
    }
}

/// Looks once, and waits if nothing is ready: which are then.
#[track_caller]
fn look(list: &[&dyn Waitable], mut deadline: Option<Deadline>) -> Result<Vec<usize>, WaitError> {
    let mut polls = Vec::with_capacity(list.len());
    let mut ready = vec![false; list.len()];
    for (index, item) in list.iter().enumerate() {
        let fd = match item.kind() {
            Kind::End(end) => {
                ready[index] = has_in_hand(end);
                end.fd().ok_or(WaitError::Closed(index))?
            }
            Kind::Queue(core) => {
                let fd = core.items_fd().ok_or(WaitError::Closed(index))?;
                ready[index] = match core.arm(deadline) {
                    // A stopped process keeps the queue locked: nothing can be told of it in time.
                    Err(Errno::TIMEDOUT) => false,
                    answer => answer.map_err(WaitError::System)?,
                };
                // Its byte may be an old one.
                if ready[index] { Fd(-1) } else { fd }
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
