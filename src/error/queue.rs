//! What can go wrong with a queue.

use forktalk_abi::{Errno, ExitStatus, Pid};
use thiserror::Error as ThisError;

use super::{Closed, ProcessError};

/// A queue could not be made, or a handle of it not be cloned.
///
/// ```
/// use forktalk::{Queue, QueueError};
///
/// assert_eq!(Queue::<u8>::bounded(0).unwrap_err(), QueueError::NoRoom);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum QueueError {
    /// A bound of no items, or of less bytes than one item takes: nothing could ever be put.
    #[error("a queue without room for one item could never be used")]
    NoRoom,
    /// A bound beyond what a queue can count.
    #[error("a queue holds at most 2147483647 items and 1073741824 bytes")]
    TooLarge,
    /// This process, or the system, has no descriptor left: a queue takes four.
    #[error("too many open descriptors: close ends that are no longer used")]
    TooManyDescriptors,
    /// There is not as much memory.
    #[error("there is not as much shared memory")]
    OutOfMemory,
    /// The handle to clone was given up here.
    #[error("{0}")]
    Closed(Closed),
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

impl From<Errno> for QueueError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::MFILE | Errno::NFILE => QueueError::TooManyDescriptors,
            Errno::NOMEM => QueueError::OutOfMemory,
            Errno::BADF => QueueError::Closed(Closed::Here),
            other => QueueError::System(other),
        }
    }
}

/// A value could not be put: it is not in the queue.
///
/// ```
/// use forktalk::{PutError, Queue};
///
/// let queue = Queue::bounded(1)?;
/// queue.put(&1)?;
/// assert_eq!(queue.try_put(&2), Err(PutError::Full));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum PutError {
    /// There is no room, or none came in time.
    #[error("the queue is full")]
    Full,
    /// It would not fit into the queue if that were empty.
    #[error("an item of {size} bytes does not fit into a queue of {capacity} bytes")]
    TooLarge {
        /// The bytes that it would take.
        size: usize,
        /// The bytes that there are.
        capacity: usize,
    },
    /// Nobody can get it any more, or nobody should.
    #[error("{0}")]
    Closed(Closed),
    /// The value cannot be written as bytes; the text says why.
    #[error("the value cannot be encoded: {0}")]
    Encode(String),
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

/// Some of several values were put, and not the others.
///
/// ```
/// use forktalk::{PutAllError, PutError, Queue};
///
/// let queue = Queue::<u8>::bounded(2)?;
/// queue.put(&1)?;
/// queue.close();
/// let error = queue.put_all([2, 3]).unwrap_err();
/// assert_eq!(error.put, 0);
/// assert!(matches!(error.reason, PutError::Closed(_)));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{put} values were put, and then: {reason}")]
pub struct PutAllError {
    /// How many were put: the first ones.
    pub put: usize,
    /// Why the next was not.
    pub reason: PutError,
}

/// A value could not be got.
///
/// ```
/// use forktalk::{GetError, Queue};
///
/// let queue = Queue::<u8>::unbounded()?;
/// assert_eq!(queue.try_get(), Err(GetError::Empty));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum GetError {
    /// There is nothing, or nothing came in time.
    #[error("the queue is empty")]
    Empty,
    /// There is nothing, and nothing will come.
    #[error("{0}")]
    Closed(Closed),
    /// The bytes are not a value of the type asked for; they are out of the queue. The text says why.
    #[error("an item of {bytes} bytes is not the value expected: {reason}")]
    Decode {
        /// The length of the item.
        bytes: usize,
        /// Why it could not be decoded.
        reason: String,
    },
    /// One of the processes that the caller relies on has ended, and nothing is there.
    #[error("process {pid}, which was relied on, has ended: {status}")]
    Died {
        /// Which.
        pid: Pid,
        /// How it ended.
        status: ExitStatus,
    },
    /// One of the processes that the caller relies on cannot be watched.
    #[error("a process cannot be watched: {0}")]
    Process(#[from] ProcessError),
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}

/// A task could not be said to be done, or all tasks not be waited for.
///
/// ```
/// use forktalk::{JoinableQueue, TaskError};
///
/// let queue = JoinableQueue::<u8>::unbounded()?;
/// assert_eq!(queue.task_done(), Err(TaskError::TooMany));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum TaskError {
    /// More tasks would be done than were put.
    #[error("more tasks are done than were put")]
    TooMany,
    /// The time passed, and tasks are left.
    #[error("not all tasks were done in time")]
    Timeout,
    /// The handle was given up here, or nobody is left who could do the rest.
    #[error("{0}")]
    Closed(Closed),
    /// The system refused otherwise.
    #[error("{0}")]
    System(Errno),
}
