//! What can go wrong: one enum for each operation, named by what happened.
//!
//! [`Error`] is their sum, for `?` in a function that does several things.

use std::fmt;

use forktalk_abi::{Errno, ExitStatus, Pid};
use thiserror::Error as ThisError;

mod queue;

pub use queue::{GetError, PutAllError, PutError, QueueError, TaskError};

/// The result of a function that does several things; see [`Error`].
///
/// ```
/// fn greet() -> forktalk::Result<()> {
///     let (rx, tx) = forktalk::pipe::<String>()?;
///     tx.send(&"hello".into())?;
///     assert_eq!(rx.recv()?, "hello");
///     Ok(())
/// }
/// # greet().unwrap();
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that an operation of this crate can answer.
///
/// ```
/// let (rx, tx) = forktalk::pipe::<u8>()?;
/// drop(tx);
/// let error = forktalk::Error::from(rx.recv().unwrap_err());
/// assert_eq!(error.to_string(), "cannot receive: end-of-file: every writing end is closed");
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A pipe or a duplex could not be made.
    #[error("cannot make a pipe: {0}")]
    Pipe(#[from] PipeError),
    /// A message could not be sent.
    #[error("cannot send: {0}")]
    Send(#[from] SendError),
    /// A message could not be received.
    #[error("cannot receive: {0}")]
    Recv(#[from] RecvError),
    /// A message could not be received at once.
    #[error("cannot receive: {0}")]
    TryRecv(#[from] TryRecvError),
    /// A message could not be received in time.
    #[error("cannot receive: {0}")]
    RecvTimeout(#[from] RecvTimeoutError),
    /// A process could not be started.
    #[error("cannot start a process: {0}")]
    Spawn(#[from] SpawnError),
    /// A process could not be joined or signalled.
    #[error("{0}")]
    Process(#[from] ProcessError),
    /// Several things could not be waited for.
    #[error("cannot wait: {0}")]
    Wait(#[from] WaitError),
    /// A queue could not be made.
    #[error("cannot make a queue: {0}")]
    Queue(#[from] QueueError),
    /// A value could not be put.
    #[error("cannot put: {0}")]
    Put(#[from] PutError),
    /// Not all of several values could be put.
    #[error("{0}")]
    PutAll(#[from] PutAllError),
    /// A value could not be got.
    #[error("cannot get: {0}")]
    Get(#[from] GetError),
    /// A task could not be done, or all tasks not be waited for.
    #[error("{0}")]
    Task(#[from] TaskError),
}

// A `main` that returns an error prints its `Debug`: people should read the sentence there too.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why nothing can come or go through an end or a queue any more.
///
/// ```
/// use forktalk::{Closed, SendError, pipe};
///
/// let (rx, tx) = pipe::<u8>()?;
/// rx.close();
/// assert_eq!(tx.send(&1), Err(SendError::Closed(Closed::BrokenPipe)));
/// tx.close();
/// assert_eq!(tx.send(&1), Err(SendError::Closed(Closed::Here)));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Closed {
    /// This end was closed in this process: by [`close`](crate::Sender::close), or because it was given to a child.
    #[error("this end is closed here")]
    Here,
    /// End-of-file: everything was read, and no process holds a writing end any more.
    #[error("end-of-file: every writing end is closed")]
    EndOfFile,
    /// No process holds a reading end any more: nobody would ever read it (`EPIPE`).
    #[error("broken pipe: every reading end is closed")]
    BrokenPipe,
    /// The peer of a duplex closed before it had read all that it was sent (`ECONNRESET`).
    #[error("reset: the peer closed without reading all it was sent")]
    Reset,
    /// Somebody [closed](crate::Queue::close) the queue, and everything was got.
    #[error("the queue is closed")]
    Everywhere,
    /// No process is left that could ever help: all others that held the queue have ended, were killed, dropped it, or
    /// wait for it as this one does.
    #[error("every other process that held the queue has ended, or waits for it too")]
    Abandoned,
}

/// A pipe or a duplex could not be made, or an end not cloned.
///
/// ```
/// use forktalk::{Closed, PipeError, pipe};
///
/// let (_rx, tx) = pipe::<u8>()?;
/// tx.close();
/// assert!(matches!(tx.try_clone(), Err(PipeError::Closed(Closed::Here))));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum PipeError {
    /// This process, or the system, has no descriptor left: close ends that are no longer used.
    #[error("too many open descriptors: close ends that are no longer used")]
    TooManyDescriptors,
    /// The end to clone is closed.
    #[error("{0}")]
    Closed(Closed),
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

impl From<Errno> for PipeError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::MFILE | Errno::NFILE => PipeError::TooManyDescriptors,
            other => PipeError::System(other),
        }
    }
}

/// A message could not be sent. If the last reader goes while a long message is being written, a part of it was.
///
/// ```
/// use forktalk::{SendError, pipe};
///
/// let (rx, tx) = pipe::<u8>()?;
/// drop(rx);
/// assert!(matches!(tx.send(&1), Err(SendError::Closed(_))));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum SendError {
    /// Nobody can receive it.
    #[error("{0}")]
    Closed(Closed),
    /// The value cannot be written as bytes; the text says why.
    #[error("the value cannot be encoded: {0}")]
    Encode(String),
    /// Another process died in the middle of a long message that it wrote into this end: whatever came after would
    /// be taken for the rest of it.
    #[error(
        "another process died in the middle of writing a message here; the pipe cannot be used any more"
    )]
    Torn,
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

/// A message could not be received.
///
/// ```
/// use forktalk::{RecvError, pipe};
///
/// let (rx, tx) = pipe::<u64>()?;
/// tx.send_bytes(b"\xff")?; // the beginning of a number, and no more
/// assert!(matches!(rx.recv(), Err(RecvError::Decode { bytes: 1, .. })));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum RecvError {
    /// No message will ever come.
    #[error("{0}")]
    Closed(Closed),
    /// The writer ended in the middle of a message.
    #[error("the message is cut short: {received} of {expected} bytes, then end-of-file")]
    CutShort {
        /// Bytes that the message should have had, its header included.
        expected: u64,
        /// Bytes that came.
        received: u64,
    },
    /// What should be the length of a message is none: the bytes are not forktalk's, or were read in part elsewhere.
    #[error("{0} is no length of a message: what was written here are not whole messages")]
    BadLength(i64),
    /// The bytes are not a value of the type asked for; the message is consumed. The text says why.
    #[error("a message of {bytes} bytes is not the value expected: {reason}")]
    Decode {
        /// The length of the message.
        bytes: usize,
        /// Why it could not be decoded.
        reason: String,
    },
    /// Another process died in the middle of reading a message from this end: where the next begins is not known.
    #[error(
        "another process died in the middle of reading a message here; the pipe cannot be used any more"
    )]
    Torn,
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

/// A message could not be received at once.
///
/// ```
/// use forktalk::{TryRecvError, pipe};
///
/// let (rx, tx) = pipe::<u8>()?;
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
/// drop(tx);
/// assert!(matches!(rx.try_recv(), Err(TryRecvError::Failed(_)))); // end-of-file
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum TryRecvError {
    /// No whole message is there yet; what had come of one is kept.
    #[error("no message is there yet")]
    Empty,
    /// None will come so; see [`RecvError`].
    #[error(transparent)]
    Failed(#[from] RecvError),
}

/// A message could not be received in time.
///
/// ```
/// use std::time::Duration;
/// use forktalk::{RecvTimeoutError, pipe};
///
/// let (rx, _tx) = pipe::<u8>()?;
/// let soon = Duration::from_millis(1);
/// assert_eq!(rx.recv_timeout(soon), Err(RecvTimeoutError::Timeout));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum RecvTimeoutError {
    /// The time passed before a whole message had come; what had come of one is kept.
    #[error("no message came in time")]
    Timeout,
    /// None will come so; see [`RecvError`].
    #[error(transparent)]
    Failed(#[from] RecvError),
}

/// A process could not be started.
///
/// ```
/// use forktalk::{Process, SpawnError};
///
/// match Process::spawn(|| ()) {
///     Ok(child) => assert!(child.join()?.success()),
///     Err(SpawnError::TooManyProcesses) => eprintln!("wait for some of them to end first"),
///     Err(other) => return Err(other.into()),
/// }
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum SpawnError {
    /// This process has more than one thread. The child would have only the one that forks, and every lock that
    /// another holds at that moment would stay locked in it for ever. If you know that this does no harm, say
    /// [`allow_threads(true)`](crate::Builder::allow_threads).
    #[error(
        "this process has {threads} threads, and a forked child only one: locks held by the others would never be released in it"
    )]
    MultiThreaded {
        /// How many there are.
        threads: usize,
    },
    /// The limit of processes or of memory is reached.
    #[error("no more processes: the limit of this user or system is reached")]
    TooManyProcesses,
    /// No descriptor is left for what the child needs to be told.
    #[error("too many open descriptors: close ends that are no longer used")]
    TooManyDescriptors,
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

impl From<Errno> for SpawnError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::AGAIN | Errno::NOMEM => SpawnError::TooManyProcesses,
            Errno::MFILE | Errno::NFILE => SpawnError::TooManyDescriptors,
            other => SpawnError::System(other),
        }
    }
}

/// A process could not be joined, watched or signalled.
///
/// ```
/// use forktalk::{Process, ProcessError};
///
/// let sibling = Process::spawn(|| ())?;
/// let other = Process::fork(|| assert_eq!(sibling.join(), Err(ProcessError::NotAChild)))?;
/// assert!(other.join()?.success());
/// sibling.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum ProcessError {
    /// It is not a child of the calling process: only the parent can learn how a process ended.
    #[error("only the parent of a process can join it")]
    NotAChild,
    /// Somebody else took its exit status: a `waitpid` beside this library, or `SIGCHLD` is ignored.
    #[error("its exit status was taken by somebody else")]
    StatusTaken,
    /// No descriptor is left to watch it by.
    #[error("too many open descriptors: close ends that are no longer used")]
    TooManyDescriptors,
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

impl From<Errno> for ProcessError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::CHILD => ProcessError::StatusTaken,
            Errno::MFILE | Errno::NFILE => ProcessError::TooManyDescriptors,
            other => ProcessError::System(other),
        }
    }
}

/// Several things could not be waited for.
///
/// ```
/// use forktalk::{WaitError, pipe, wait};
///
/// let (rx, _tx) = pipe::<u8>()?;
/// rx.close();
/// assert_eq!(wait(&[&rx], None), Err(WaitError::Closed(0)));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum WaitError {
    /// The one at this place of the list is closed here.
    #[error("number {0} of the list is closed")]
    Closed(usize),
    /// The process at this place of the list cannot be watched.
    #[error("number {index} of the list: {reason}")]
    Process {
        /// Its place in the list.
        index: usize,
        /// Why not.
        reason: ProcessError,
    },
    /// One of the processes that the caller relies on has ended.
    #[error("process {pid}, which was relied on, has ended: {status}")]
    Died {
        /// Which.
        pid: Pid,
        /// How it ended.
        status: ExitStatus,
    },
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}
