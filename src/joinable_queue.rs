//! [`JoinableQueue`]: task_done, join.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use forktalk_abi::Deadline;

use crate::clock;
use crate::error::{QueueError, TaskError};
use crate::queue::Queue;
use crate::waiting::Missed;

/// A [`Queue`] whose items are tasks: who gets one says later that it is done, and who put them can wait until all are.
///
/// ```
/// use forktalk::{JoinableQueue, Process};
///
/// let tasks = JoinableQueue::<u32>::unbounded()?;
/// let worker = Process::fork(|| -> forktalk::Result<()> {
///     for task in tasks.iter() {
///         println!("task {task}");
///         tasks.task_done()?;
///     }
///     Ok(())
/// })?;
/// tasks.put_all(0..3)?;
/// tasks.join()?; // all three are done
/// tasks.close();
/// worker.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
///
/// A worker that dies between `get` and `task_done` leaves its task undone, and nobody can tell that from a slow one: so
/// `join` waits on as long as another process that holds the queue could still do it, and is told when none is left
/// ([`TaskError::Closed`]). A handle takes six descriptors.
pub struct JoinableQueue<T> {
    queue: Queue<T>,
}

impl<T> JoinableQueue<T> {
    pub(crate) fn new(queue: Queue<T>) -> JoinableQueue<T> {
        JoinableQueue { queue }
    }

    /// As [`Queue::bounded`].
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// let queue = forktalk::JoinableQueue::<u8>::bounded(1)?;
    /// queue.put(&1)?;
    /// assert!(queue.is_full());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn bounded(items: usize) -> Result<JoinableQueue<T>, QueueError> {
        Queue::builder().items(items).build_joinable()
    }

    /// As [`Queue::unbounded`].
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// let queue = forktalk::JoinableQueue::<u8>::unbounded()?;
    /// assert_eq!(queue.capacity(), None);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn unbounded() -> Result<JoinableQueue<T>, QueueError> {
        Queue::builder().build_joinable()
    }

    /// Says that a task which was got is done. Does not block.
    ///
    /// # Errors
    ///
    /// [`TaskError::TooMany`]: more would be done than were put.
    ///
    /// ```
    /// use forktalk::{JoinableQueue, TaskError};
    ///
    /// let queue = JoinableQueue::unbounded()?;
    /// queue.put(&'a')?;
    /// queue.task_done()?;
    /// assert_eq!(queue.task_done(), Err(TaskError::TooMany));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn task_done(&self) -> Result<(), TaskError> {
        let done = self.queue.core().task_done().map_err(task_error)?;
        done.ok_or(TaskError::TooMany)
    }

    /// Waits until every task that was put is done.
    ///
    /// Blocks until then.
    ///
    /// # Errors
    ///
    /// [`TaskError::Closed`]: no process is left that could do the rest.
    ///
    /// ```
    /// forktalk::JoinableQueue::<u8>::unbounded()?.join()?; // nothing to do
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn join(&self) -> Result<(), TaskError> {
        self.join_by(None)
    }

    /// Waits until every task that was put is done, for `timeout` at most.
    ///
    /// # Errors
    ///
    /// [`TaskError::Timeout`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use forktalk::{JoinableQueue, TaskError};
    ///
    /// let queue = JoinableQueue::unbounded()?;
    /// queue.put(&1)?;
    /// assert_eq!(queue.join_timeout(Duration::from_millis(1)), Err(TaskError::Timeout));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), TaskError> {
        self.join_by(Some(clock::after(timeout)))
    }

    #[track_caller]
    fn join_by(&self, deadline: Option<Deadline>) -> Result<(), TaskError> {
        self.queue.core().join(deadline).map_err(task_error)
    }

    /// How many tasks were put and are not done, at the moment of asking.
    ///
    /// ```
    /// let queue = forktalk::JoinableQueue::unbounded()?;
    /// queue.put(&1)?;
    /// queue.get()?;
    /// assert_eq!(queue.unfinished(), 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.queue.core().unfinished() as usize
    }

    /// As [`Queue::try_clone`].
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// let queue = forktalk::JoinableQueue::unbounded()?;
    /// let other = queue.try_clone()?;
    /// queue.put(&1)?;
    /// other.get()?;
    /// other.task_done()?;
    /// queue.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> Result<JoinableQueue<T>, QueueError> {
        self.queue.try_clone().map(JoinableQueue::new)
    }
}

/// Puts and gets are those of the queue.
impl<T> Deref for JoinableQueue<T> {
    type Target = Queue<T>;

    fn deref(&self) -> &Queue<T> {
        &self.queue
    }
}

impl<T> fmt::Debug for JoinableQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Joinable{:?}", self.queue)
    }
}

fn task_error(missed: Missed) -> TaskError {
    match missed {
        Missed::Timeout => TaskError::Timeout,
        Missed::Closed(closed) => TaskError::Closed(closed),
        Missed::System(errno) => TaskError::System(errno),
    }
}
