//! `duplex()`: [`Connection`], both ways.

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
use crate::frame;
use crate::inherit::{End, Purpose};
use crate::pipe::{NotShared, duplicate, end_traits, without_deadline};
use crate::{clock, message};

/// A pair of connected ends: what one sends the other receives. The first sends `T` and receives `U`.
///
/// Does not block. Each way has a buffer of its own in the kernel (a pair of Unix stream sockets).
///
/// # Errors
///
/// [`PipeError::TooManyDescriptors`]: it takes two.
///
/// ```
/// use forktalk::{Process, duplex};
///
/// let (here, there) = duplex::<u32, String>()?;
/// let child = Process::spawn(move || -> forktalk::Result<()> {
///     let n = there.recv()?;
///     there.send(&format!("{n} squared is {}", n * n))?;
///     Ok(())
/// })?;
/// here.send(&12)?;
/// assert_eq!(here.recv()?, "12 squared is 144");
/// child.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
#[allow(
    clippy::type_complexity,
    reason = "the two types say which end sends what"
)]
pub fn duplex<T, U>() -> Result<(Connection<T, U>, Connection<U, T>), PipeError> {
    let (one, other) = Sys::channel()?;
    Ok((
        Connection::new(End::register(one, Purpose::Messages)),
        Connection::new(End::register(other, Purpose::Messages)),
    ))
}

/// One end of a [`duplex`]: sends `T`, receives `U`.
///
/// Dropping it closes it in this process. When it is closed in every process, the peer receives what is left and
/// then end-of-file; if this side had not read all that it was sent, the peer gets
/// [`Closed::Reset`](crate::Closed::Reset) instead, and what it had not received is lost.
///
/// Two connections that both send without receiving fill both buffers and wait for each other for ever.
///
/// ```
/// let (here, there) = forktalk::duplex::<u8, u8>()?;
/// here.send(&1)?;
/// assert_eq!(there.recv()?, 1);
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct Connection<T, U> {
    end: Arc<End>,
    carries: PhantomData<fn(T) -> U>,
    not_shared: NotShared,
}

impl<T, U> Connection<T, U> {
    fn new(end: Arc<End>) -> Connection<T, U> {
        Connection {
            end,
            carries: PhantomData,
            not_shared: PhantomData,
        }
    }

    pub(crate) fn end(&self) -> &End {
        &self.end
    }

    /// Sends a value; as [`Sender::send`](crate::Sender::send).
    ///
    /// Blocks while the buffer of this way is full.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`]: nobody can receive it any more.
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<u8, ()>()?;
    /// here.send(&1)?;
    /// # there.recv()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn send(&self, value: &T) -> Result<(), SendError>
    where
        T: Serialize,
    {
        message::send(&self.end, value)
    }

    /// Sends bytes as one message; as [`Sender::send_bytes`](crate::Sender::send_bytes).
    ///
    /// Blocks, and fails, as [`send`](Connection::send).
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<(), ()>()?;
    /// here.send_bytes(b"raw")?;
    /// assert_eq!(there.recv_bytes()?, b"raw");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), SendError> {
        frame::send(&self.end, bytes)
    }

    /// Receives a value; as [`Receiver::recv`](crate::Receiver::recv).
    ///
    /// Blocks until a whole message is there, or until the peer is closed in every process.
    ///
    /// # Errors
    ///
    /// [`RecvError::Closed`], with the reason.
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<(), u8>()?;
    /// drop(there);
    /// assert!(here.recv().is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv(&self) -> Result<U, RecvError>
    where
        U: DeserializeOwned,
    {
        message::receive(&self.end, None, false).map_err(without_deadline)
    }

    /// Receives a value if a whole message is there; as [`Receiver::try_recv`](crate::Receiver::try_recv).
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`].
    ///
    /// ```
    /// let (here, _there) = forktalk::duplex::<(), u8>()?;
    /// assert_eq!(here.try_recv(), Err(forktalk::TryRecvError::Empty));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_recv(&self) -> Result<U, TryRecvError>
    where
        U: DeserializeOwned,
    {
        message::receive(&self.end, Some(Deadline::PAST), false).map_err(TryRecvError::from)
    }

    /// Receives a value within `timeout`; as [`Receiver::recv_timeout`](crate::Receiver::recv_timeout).
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`].
    ///
    /// ```
    /// let (here, _there) = forktalk::duplex::<(), u8>()?;
    /// assert!(here.recv_timeout(std::time::Duration::from_millis(1)).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<U, RecvTimeoutError>
    where
        U: DeserializeOwned,
    {
        message::receive(&self.end, Some(clock::after(timeout)), false)
            .map_err(RecvTimeoutError::from)
    }

    /// Receives one message as bytes.
    ///
    /// Blocks, and fails, as [`recv`](Connection::recv).
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<(), ()>()?;
    /// here.send_bytes(b"")?;
    /// assert_eq!(there.recv_bytes()?, b"");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn recv_bytes(&self) -> Result<Vec<u8>, RecvError> {
        frame::receive(&self.end, None, false, std::mem::take).map_err(without_deadline)
    }

    /// Whether there is something to receive; as [`Receiver::poll`](crate::Receiver::poll).
    ///
    /// # Errors
    ///
    /// [`RecvError::Closed`]: this end is closed here.
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<(), u8>()?;
    /// there.send(&1)?;
    /// assert!(here.poll(None)?);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn poll(&self, timeout: Option<Duration>) -> Result<bool, RecvError> {
        frame::poll(&self.end, timeout.map(clock::after))
    }

    /// Another descriptor of the same end.
    ///
    /// # Errors
    ///
    /// As [`Sender::try_clone`](crate::Sender::try_clone).
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<u8, ()>()?;
    /// here.try_clone()?.send(&1)?;
    /// # assert_eq!(there.recv()?, 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> Result<Connection<T, U>, PipeError> {
        duplicate(&self.end).map(Connection::new)
    }

    /// Closes this end in this process; closing again does nothing.
    ///
    /// ```
    /// let (here, there) = forktalk::duplex::<u8, u8>()?;
    /// here.close();
    /// assert!(here.send(&1).is_err() && there.recv().is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn close(&self) {
        self.end.close();
    }

    /// Whether this end was closed in this process.
    ///
    /// ```
    /// let (here, _there) = forktalk::duplex::<u8, u8>()?;
    /// assert!(!here.is_closed());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn is_closed(&self) -> bool {
        self.end.fd().is_none()
    }
}

end_traits! { Connection<T, U> }
