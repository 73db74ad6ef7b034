//! [`QueueBuilder`]: how large a queue may be.

use std::fmt;
use std::marker::PhantomData;

use crate::error::QueueError;
use crate::joinable_queue::JoinableQueue;
use crate::queue::Queue;
use crate::ring;
use crate::waiting::Core;

/// How large a queue may be; see [`Queue::builder`].
///
/// Whatever is not said is not bounded: not the number of items, and the bytes only by 1 GiB (16 MiB in a simulation).
///
/// ```
/// let queue = forktalk::Queue::<u32>::builder().items(10).build()?;
/// assert_eq!(queue.capacity(), Some(10));
/// # Ok::<(), forktalk::Error>(())
/// ```
#[must_use]
pub struct QueueBuilder<T> {
    items: Option<usize>,
    bytes: Option<usize>,
    carries: PhantomData<fn(T)>,
}

impl<T> QueueBuilder<T> {
    pub(crate) fn new() -> QueueBuilder<T> {
        QueueBuilder {
            items: None,
            bytes: None,
            carries: PhantomData,
        }
    }

    /// At most so many items.
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::builder().items(1).build()?;
    /// queue.put(&1)?;
    /// assert!(queue.is_full());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn items(mut self, items: usize) -> QueueBuilder<T> {
        self.items = Some(items);
        self
    }

    /// At most so many bytes: each item takes those of its encoding, rounded up to a multiple of four, and four more.
    ///
    /// ```
    /// use forktalk::{PutError, Queue};
    ///
    /// let queue = Queue::<()>::builder().bytes(16).build()?;
    /// queue.put_bytes(b"12345678")?; // takes 12
    /// assert!(queue.put_bytes_timeout(b"1", std::time::Duration::ZERO) == Err(PutError::Full)); // takes 8
    /// let large = queue.put_bytes(b"1234567890123");
    /// assert_eq!(large, Err(PutError::TooLarge { size: 20, capacity: 16 }));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn bytes(mut self, bytes: usize) -> QueueBuilder<T> {
        self.bytes = Some(bytes);
        self
    }

    /// Makes the queue.
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// use forktalk::{Queue, QueueError};
    ///
    /// let tiny = Queue::<u8>::builder().bytes(4).build();
    /// assert_eq!(tiny.unwrap_err(), QueueError::NoRoom);
    /// ```
    #[track_caller]
    pub fn build(self) -> Result<Queue<T>, QueueError> {
        self.make(false)
    }

    /// Makes a queue that counts the tasks that are done.
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::builder().items(10).build_joinable()?;
    /// queue.put(&1)?;
    /// queue.get()?;
    /// queue.task_done()?;
    /// queue.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn build_joinable(self) -> Result<JoinableQueue<T>, QueueError> {
        self.make(true).map(JoinableQueue::new)
    }

    #[track_caller]
    fn make(self, tasks: bool) -> Result<Queue<T>, QueueError> {
        let within = |most: u32, least: usize, asked: usize| match u32::try_from(asked) {
            Ok(asked) if asked as usize >= least && asked <= most => Ok(asked),
            Ok(asked) if (asked as usize) < least => Err(QueueError::NoRoom),
            _ => Err(QueueError::TooLarge),
        };
        let items = self
            .items
            .map(|items| within(ring::MOST_ITEMS - 1, 1, items));
        let bytes = self.bytes.map(|bytes| within(ring::MOST_BYTES, 8, bytes));
        let core = Core::new(items.transpose()?, bytes.transpose()?, tasks)?;
        Ok(Queue::new(core))
    }
}

impl<T> fmt::Debug for QueueBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueBuilder")
            .field("items", &self.items)
            .field("bytes", &self.bytes)
            .finish()
    }
}
