//! `pipe()`: [`Sender`], [`Receiver`], to end-of-file.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use forktalk_abi::{Deadline, Fd, System};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Sys;
use crate::error::{PipeError, RecvError, RecvTimeoutError, SendError, TryRecvError};
use crate::frame::{self, Missed};
use crate::inherit::{End, Purpose};
use crate::iter::Iter;
use crate::{clock, message};

/// An end may go to another thread, but two threads do not use one: each takes a clone.
pub(crate) type NotShared = PhantomData<Cell<()>>;

/// Makes a one-way pipe: the reading end, then the writing end, as `pipe(2)` orders them.
///
/// Does not block. What is sent lies in the kernel (64 KiB of it, more once a long message came) until it is
/// received; it is gone when both ends are closed in every process.
///
/// # Errors
///
/// [`PipeError::TooManyDescriptors`]: a pipe takes two.
///
/// ```
/// let (rx, tx) = forktalk::pipe::<u32>()?;
/// tx.send(&7)?;
/// drop(tx);
/// assert_eq!(rx.iter().collect::<Vec<_>>(), [7]);
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
pub fn pipe<T>() -> Result<(Receiver<T>, Sender<T>), PipeError> {
    let (reading, writing) = Sys::pipe()?;
    let receiver = Receiver::new(End::register(reading, Purpose::Messages));
    let sender = Sender::new(End::register(writing, Purpose::Messages));
    Ok((receiver, sender))
}

/// The writing end of a pipe, or a clone of one.
///
/// Dropping it closes it in this process. The reader sees end-of-file when it is closed in every process.
///
/// Several processes may send into one pipe: each message arrives whole, whatever its size. One thread uses an end
/// at a time; another takes a [clone](Sender::try_clone).
///
/// ```
/// use forktalk::{Process, pipe};
///
/// let (rx, tx) = pipe::<String>()?;
/// let child = Process::spawn(move || tx.send(&"from the child".into()))?;
/// assert_eq!(rx.recv()?, "from the child");
/// child.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct Sender<T> {
    end: Arc<End>,
    carries: PhantomData<fn(T)>,
    not_shared: NotShared,
}

impl<T> Sender<T> {
    fn new(end: Arc<End>) -> Sender<T> {
        Sender {
            end,
            carries: PhantomData,
            not_shared: PhantomData,
        }
    }

    /// Sends a value; returns when it is in the pipe.
    ///
    /// Blocks while the pipe is full, for as long as some process holds a reading end and does not read.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`]: nobody can receive it any more. [`SendError::Encode`]: nothing was sent.
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<(u8, String)>()?;
    /// tx.send(&(1, "one".into()))?;
    /// drop(rx);
    /// assert!(tx.send(&(2, "two".into())).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn send(&self, value: &T) -> Result<(), SendError>
    where
        T: Serialize,
    {
        message::send(&self.end, value)
    }

    /// Sends bytes as one message, as they are: what [`Receiver::recv_bytes`] or CPython's `recv_bytes` takes. No
    /// bytes at all are a message too.
    ///
    /// Blocks, and fails, as [`send`](Sender::send).
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<()>()?;
    /// tx.send_bytes(b"raw")?;
    /// assert_eq!(rx.recv_bytes()?, b"raw");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), SendError> {
        frame::send(&self.end, bytes)
    }

    /// Another writing end of the same pipe, with a descriptor of its own.
    ///
    /// # Errors
    ///
    /// [`PipeError::Closed`]: this one is closed. [`PipeError::TooManyDescriptors`].
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// let other = tx.try_clone()?;
    /// drop(tx);
    /// other.send(&1)?; // the pipe is open as long as one writing end is
    /// # assert_eq!(rx.recv()?, 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> Result<Sender<T>, PipeError> {
        duplicate(&self.end).map(Sender::new)
    }

    /// Closes this end in this process; after that it answers [`Closed::Here`](crate::Closed::Here). Closing again
    /// does nothing.
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// tx.close();
    /// assert!(tx.is_closed());
    /// assert!(rx.recv().is_err()); // end-of-file
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn close(&self) {
        self.end.close();
    }

    /// Whether this end was closed in this process.
    ///
    /// ```
    /// let (_rx, tx) = forktalk::pipe::<u8>()?;
    /// assert!(!tx.is_closed());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn is_closed(&self) -> bool {
        self.end.fd().is_none()
    }
}

/// The reading end of a pipe, or a clone of one.
///
/// Dropping it closes it in this process. The writer gets a broken pipe when it is closed in every process.
///
/// Several processes may receive from one pipe: each message goes to one of them, whole. An iteration takes several
/// messages by one system call where that is safe; what it has taken and not handed out is neither lost nor
/// doubled by a fork: whoever reads next, parent or child, gets it first.
///
/// ```
/// let (rx, tx) = forktalk::pipe::<u32>()?;
/// for n in 0..3 {
///     tx.send(&n)?;
/// }
/// tx.close();
/// for n in &rx {
///     println!("{n}"); // to end-of-file
/// }
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct Receiver<T> {
    end: Arc<End>,
    carries: PhantomData<fn() -> T>,
    not_shared: NotShared,
}

impl<T> Receiver<T> {
    fn new(end: Arc<End>) -> Receiver<T> {
        Receiver {
            end,
            carries: PhantomData,
            not_shared: PhantomData,
        }
    }

    pub(crate) fn end(&self) -> &End {
        &self.end
    }

    /// Receives a value.
    ///
    /// Blocks until a whole message is there, or until no process holds a writing end and nothing is left to read.
    ///
    /// # Errors
    ///
    /// [`RecvError::Closed`] at end-of-file; [`RecvError::Decode`]: the message is consumed, the next can be
    /// received; [`RecvError`] has the rest.
    ///
    /// ```
    /// use forktalk::{Closed, RecvError, pipe};
    ///
    /// let (rx, tx) = pipe::<u8>()?;
    /// tx.send(&1)?;
    /// drop(tx);
    /// assert_eq!(rx.recv()?, 1);
    /// assert_eq!(rx.recv(), Err(RecvError::Closed(Closed::EndOfFile)));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError>
    where
        T: DeserializeOwned,
    {
        message::receive(&self.end, None, false).map_err(without_deadline)
    }

    /// Receives a value if a whole message is there. Does not block.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`], also while another process is receiving from this pipe.
    ///
    /// ```
    /// use forktalk::{TryRecvError, pipe};
    ///
    /// let (rx, _tx) = pipe::<u8>()?;
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError>
    where
        T: DeserializeOwned,
    {
        message::receive(&self.end, Some(Deadline::PAST), false).map_err(TryRecvError::from)
    }

    /// Receives a value within `timeout`, which bounds the whole message and not only its first byte.
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`]: what had come of a message is kept for the next receive.
    ///
    /// ```
    /// use std::time::Duration;
    /// use forktalk::{RecvTimeoutError, pipe};
    ///
    /// let (rx, _tx) = pipe::<u8>()?;
    /// assert_eq!(rx.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError>
    where
        T: DeserializeOwned,
    {
        message::receive(&self.end, Some(clock::after(timeout)), false)
            .map_err(RecvTimeoutError::from)
    }

    /// Receives one message as bytes.
    ///
    /// Blocks, and fails, as [`recv`](Receiver::recv).
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<()>()?;
    /// tx.send_bytes(b"")?;
    /// assert_eq!(rx.recv_bytes()?, b"");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv_bytes(&self) -> Result<Vec<u8>, RecvError> {
        frame::receive(&self.end, None, false, std::mem::take).map_err(without_deadline)
    }

    /// Whether there is something to receive: a message, a part of one, or end-of-file. Takes nothing out.
    ///
    /// Blocks until there is, or until `timeout` has passed; without one, for ever. After `true` a
    /// [`recv`](Receiver::recv) may still wait for the rest of a long message, or for another if somebody else took
    /// this one.
    ///
    /// # Errors
    ///
    /// [`RecvError::Closed`]: this end is closed here.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// assert!(!rx.poll(Some(Duration::ZERO))?);
    /// tx.send(&1)?;
    /// assert!(rx.poll(None)?);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn poll(&self, timeout: Option<Duration>) -> Result<bool, RecvError> {
        frame::poll(&self.end, timeout.map(clock::after))
    }

    /// Receives values until end-of-file, blocking for each; see [`Iter`].
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// tx.send(&3)?;
    /// tx.close();
    /// assert_eq!(rx.iter().sum::<u8>(), 3);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
    }

    /// Another reading end of the same pipe, with a descriptor of its own. Each message goes to one of the two.
    ///
    /// # Errors
    ///
    /// As [`Sender::try_clone`].
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// let other = rx.try_clone()?;
    /// tx.send(&1)?;
    /// assert_eq!(other.recv()?, 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> Result<Receiver<T>, PipeError> {
        duplicate(&self.end).map(Receiver::new)
    }

    /// Closes this end in this process; after that it answers [`Closed::Here`](crate::Closed::Here). Closing again
    /// does nothing.
    ///
    /// ```
    /// let (rx, tx) = forktalk::pipe::<u8>()?;
    /// rx.close();
    /// assert!(tx.send(&1).is_err()); // nobody can read it
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn close(&self) {
        self.end.close();
    }

    /// Whether this end was closed in this process.
    ///
    /// ```
    /// let (rx, _tx) = forktalk::pipe::<u8>()?;
    /// assert!(!rx.is_closed());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn is_closed(&self) -> bool {
        self.end.fd().is_none()
    }
}

#[track_caller]
pub(crate) fn duplicate(end: &End) -> Result<Arc<End>, PipeError> {
    if end.fd().is_none() {
        return Err(PipeError::Closed(crate::error::Closed::Here));
    }
    Ok(end.duplicate()?)
}

/// The error of a receive that has no deadline to miss.
pub(crate) fn without_deadline(missed: Missed) -> RecvError {
    match missed {
        Missed::Failed(error) => error,
        Missed::Timeout => RecvError::System(forktalk_abi::Errno::TIMEDOUT),
    }
}

impl From<Missed> for TryRecvError {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Timeout => TryRecvError::Empty,
            Missed::Failed(error) => TryRecvError::Failed(error),
        }
    }
}

impl From<Missed> for RecvTimeoutError {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Timeout => RecvTimeoutError::Timeout,
            Missed::Failed(error) => RecvTimeoutError::Failed(error),
        }
    }
}

macro_rules! end_traits {
    ($($name:ident<$($parameter:ident),*>)*) => {$(
        impl<$($parameter),*> Drop for $name<$($parameter),*> {
            fn drop(&mut self) {
                self.end.drop_owner();
            }
        }

        /// Takes over a descriptor that something else made, such as one inherited from CPython. It should be
        /// blocking. Who else holds it is not known here, so nothing is read ahead.
        impl<$($parameter),*> From<OwnedFd> for $name<$($parameter),*> {
            fn from(fd: OwnedFd) -> Self {
                $name::new(End::register(Fd(fd.into_raw_fd()), Purpose::Foreign))
            }
        }

        /// -1 once it is closed. After an iteration was left early, messages may be in hand that are no longer in
        /// the descriptor: ask [`wait`](crate::wait), which knows of them.
        impl<$($parameter),*> AsRawFd for $name<$($parameter),*> {
            fn as_raw_fd(&self) -> RawFd {
                self.end.fd().map_or(-1, |fd| fd.0)
            }
        }

        impl<$($parameter),*> fmt::Debug for $name<$($parameter),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.end.fd() {
                    Some(fd) => write!(f, concat!(stringify!($name), "(descriptor {})"), fd),
                    None => write!(f, concat!(stringify!($name), "(closed)")),
                }
            }
        }
    )*};
}
pub(crate) use end_traits;

end_traits! { Sender<T> Receiver<T> }
