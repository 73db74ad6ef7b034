//! [`Queue`]: many putters, many getters.

use std::cell::{RefCell, RefMut};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use forktalk_abi::Deadline;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[allow(unused_imports, reason = "for the docs")]
use crate::error::Closed;
use crate::error::{GetError, PutAllError, PutError, QueueError};
use crate::iter::QueueIter;
use crate::process::Process;
use crate::queue_builder::QueueBuilder;
use crate::ring::{self, Framed};
use crate::waiting::{Core, Missed, sentinels};
use crate::{clock, message};

/// A queue between processes: any number of them put, any number get.
///
/// ```
/// use forktalk::{Process, Queue};
///
/// let queue = Queue::<u32>::bounded(10)?;
/// let putter = Process::fork(|| -> forktalk::Result<()> {
///     for n in 0..1000 {
///         queue.put(&n)?; // waits while ten are there
///     }
///     queue.close();
///     Ok(())
/// })?;
/// assert_eq!(queue.iter().count(), 1000); // to the end: the queue is closed and empty
/// putter.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
///
/// # What it promises
///
/// - **One order.** All puts and gets of all processes are as if they had happened one after the other, each at some
///   moment between its call and its return. When a put returns, every getter can get the item.
/// - **Whoever dies.** A process that is killed at any instruction leaves the queue whole. An item whose put had returned
///   is there. A half-made put was never made; a half-made get is given to the next getter; a getter that is killed
///   before its get returned takes at most the items it was about to be handed with it.
/// - **Nobody is left.** A wait without a timeout ends when no process is left that could help: when every other process
///   that holds the queue has ended, was killed, dropped it, or waits at it as well. It answers [`Closed::Abandoned`],
///   some 50 ms after it began or later. The kernel is the witness, so `SIGKILL` counts: each holder has the writing end
///   of a pipe open, which who waits lays down; the pipe hangs up when nobody holds one. A wait with a timeout ends by
///   itself, and [`wait`](crate::wait()) on several things may end by another: these are not told. (FreeBSD and macOS
///   cannot open a pipe again, so there nobody is told.)
/// - Timeouts bound the whole operation. Only if a process is *stopped* within the few nanoseconds in which it keeps a
///   side of the queue locked, an operation takes up to 0.1 s longer than it may.
/// - An idle queue costs no processor time, and what a long queue took of memory is given back when it is drained.
///
/// # Handles
///
/// A queue is given to a child like an end of a pipe: moved into [`Process::spawn`], borrowed in [`Process::fork`]. A
/// process that only knows it from [`clones`](Queue::try_clone) and copies, and does not use it, should
/// [`leave`](Queue::leave) it, so that others do not hope for it. One thread uses a handle at a time; another takes a
/// clone. A handle takes four descriptors.
///
/// # If you know CPython's
///
/// | `multiprocessing` | here |
/// | --- | --- |
/// | `Queue(maxsize)`, `Queue()` | [`bounded`](Queue::bounded), [`unbounded`](Queue::unbounded) |
/// | `SimpleQueue()` | the same: it is as fast, and has timeouts |
/// | `JoinableQueue()` | [`JoinableQueue`](crate::JoinableQueue) |
/// | `put(x)`, `put(x, timeout=t)` | [`put`](Queue::put), [`put_timeout`](Queue::put_timeout) |
/// | `put_nowait(x)`, `put(x, block=False)` | [`try_put`](Queue::try_put) |
/// | `get()`, `get(timeout=t)` | [`get`](Queue::get), [`get_timeout`](Queue::get_timeout) |
/// | `get_nowait()`, `get(block=False)` | [`try_get`](Queue::try_get) |
/// | `qsize()`, `empty()`, `full()` | [`len`](Queue::len), [`is_empty`](Queue::is_empty), [`is_full`](Queue::is_full): exact |
/// | `queue.Full`, `queue.Empty` | [`PutError::Full`], [`GetError::Empty`] |
/// | `close()` (in this process) | [`leave`](Queue::leave), or drop it |
/// | `shutdown()` (only of `queue.Queue`) | [`close`](Queue::close), for all processes |
/// | `join_thread()`, `cancel_join_thread()` | not needed: there is no thread that puts later; a put is done when it returns |
/// | `task_done()`, `join()` | [`task_done`](crate::JoinableQueue::task_done), [`join`](crate::JoinableQueue::join) |
pub struct Queue<T> {
    core: Core,
    scratch: RefCell<Scratch>,
    carries: PhantomData<fn(T) -> T>,
}

/// Kept for its memory.
#[derive(Default)]
struct Scratch {
    framed: Framed,
    got: Vec<u8>,
}

/// What is kept no longer than it is used.
const LARGE_BYTES: usize = 4 << 20;

impl Scratch {
    #[inline]
    fn trim(&mut self) {
        if self.framed.room_bytes() + self.got.capacity() > LARGE_BYTES {
            *self = Scratch::default();
        }
    }
}

/// Several values are put in portions of about so many bytes.
const PORTION_BYTES: usize = 16 << 10;

impl<T> Queue<T> {
    pub(crate) fn new(core: Core) -> Queue<T> {
        Queue {
            core,
            scratch: RefCell::default(),
            carries: PhantomData,
        }
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// Makes a queue that holds at most `items` items.
    ///
    /// Their size is not bounded, except by 512 MiB for one; see [`Queue::builder`] for that.
    ///
    /// # Errors
    ///
    /// [`QueueError::NoRoom`] for 0 items; [`QueueError`] has the rest.
    ///
    /// ```
    /// use forktalk::{PutError, Queue};
    ///
    /// let queue = Queue::bounded(2)?;
    /// queue.put(&1)?;
    /// queue.put(&2)?;
    /// assert!(queue.is_full());
    /// assert_eq!(queue.try_put(&3), Err(PutError::Full));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn bounded(items: usize) -> Result<Queue<T>, QueueError> {
        Queue::builder().items(items).build()
    }

    /// Makes a queue that grows: up to 1 GiB (16 MiB in a simulation), of which only what is used takes memory.
    ///
    /// # Errors
    ///
    /// See [`QueueError`].
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// for n in 0..10_000 {
    ///     queue.put(&n)?; // nobody gets yet
    /// }
    /// assert_eq!(queue.len(), 10_000);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn unbounded() -> Result<Queue<T>, QueueError> {
        Queue::builder().build()
    }

    /// For a queue whose bytes are bounded, or that can be joined.
    ///
    /// ```
    /// let queue = forktalk::Queue::<String>::builder().items(100).bytes(1 << 20).build()?;
    /// assert_eq!(queue.capacity(), Some(100));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn builder() -> QueueBuilder<T> {
        QueueBuilder::new()
    }

    /// Puts a value; returns when every getter can get it.
    ///
    /// Blocks while the queue is full.
    ///
    /// # Errors
    ///
    /// [`PutError::Closed`], [`PutError::TooLarge`], [`PutError::Encode`]: nothing was put.
    ///
    /// ```
    /// let queue = forktalk::Queue::bounded(1)?;
    /// queue.put(&"hello".to_string())?;
    /// assert_eq!(queue.get()?, "hello");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[inline]
    pub fn put(&self, value: &T) -> Result<(), PutError>
    where
        T: Serialize,
    {
        self.put_by(value, None)
    }

    /// Puts a value if there is room. Does not block.
    ///
    /// # Errors
    ///
    /// [`PutError::Full`]; otherwise as [`put`](Queue::put).
    ///
    /// ```
    /// use forktalk::{PutError, Queue};
    ///
    /// let queue = Queue::bounded(1)?;
    /// assert_eq!(queue.try_put(&1), Ok(()));
    /// assert_eq!(queue.try_put(&2), Err(PutError::Full));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_put(&self, value: &T) -> Result<(), PutError>
    where
        T: Serialize,
    {
        self.put_by(value, Some(Deadline::PAST))
    }

    /// Puts a value within `timeout`.
    ///
    /// # Errors
    ///
    /// [`PutError::Full`]: no room came in time; otherwise as [`put`](Queue::put).
    ///
    /// ```
    /// use std::time::Duration;
    /// use forktalk::{PutError, Queue};
    ///
    /// let queue = Queue::bounded(1)?;
    /// queue.put(&1)?;
    /// assert_eq!(queue.put_timeout(&2, Duration::from_millis(1)), Err(PutError::Full));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn put_timeout(&self, value: &T, timeout: Duration) -> Result<(), PutError>
    where
        T: Serialize,
    {
        self.put_by(value, Some(clock::after(timeout)))
    }

    #[track_caller]
    #[inline]
    fn put_by(&self, value: &T, deadline: Option<Deadline>) -> Result<(), PutError>
    where
        T: Serialize,
    {
        self.with_scratch(|scratch| {
            let encode = |room: &mut [u8]| message::encode_into(value, room);
            scratch.framed.add(encode).map_err(PutError::Encode)?;
            self.check_size(scratch.framed.bytes().len())?;
            let (_, answer) = self.core.put(&scratch.framed, deadline);
            answer.map_err(put_error)
        })
    }

    /// Puts several values, which is faster than one by one: they are put in portions, each of which becomes visible as
    /// a whole. Their order is kept, and nobody's items come between those of a portion. Answers how many they were.
    ///
    /// Blocks while the queue is full.
    ///
    /// # Errors
    ///
    /// [`PutAllError`] says how many were put, and why not the next.
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// assert_eq!(queue.put_all(0..100)?, 100);
    /// assert_eq!(queue.len(), 100);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn put_all(&self, values: impl IntoIterator<Item = T>) -> Result<usize, PutAllError>
    where
        T: Serialize,
    {
        let mut values = values.into_iter();
        self.with_scratch(|scratch| {
            let mut put = 0;
            loop {
                let encoded = self.encode_portion(&mut values, &mut scratch.framed);
                let (records, answer) = self.core.put(&scratch.framed, None);
                put += records as usize;
                let reason = match (answer, encoded) {
                    (Ok(()), Ok(true)) => continue,
                    (Ok(()), Ok(false)) => return Ok(put),
                    (Err(missed), _) => put_error(missed),
                    (Ok(()), Err(reason)) => reason,
                };
                return Err(PutAllError { put, reason });
            }
        })
    }

    /// Whether there may be more values.
    fn encode_portion(
        &self,
        values: &mut impl Iterator<Item = T>,
        framed: &mut Framed,
    ) -> Result<bool, PutError>
    where
        T: Serialize,
    {
        framed.clear();
        for value in values {
            let start = framed.bytes().len();
            let encode = |room: &mut [u8]| message::encode_into(&value, room);
            framed.add(encode).map_err(PutError::Encode)?;
            let size = framed.bytes().len() - start;
            self.check_size(size)
                .inspect_err(|_| framed.truncate(start))?;
            if framed.bytes().len() >= PORTION_BYTES {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts bytes as they are, as one item. No bytes at all are an item too.
    ///
    /// Blocks, and fails, as [`put`](Queue::put).
    ///
    /// ```
    /// let queue = forktalk::Queue::<()>::unbounded()?;
    /// queue.put_bytes(b"raw")?;
    /// assert_eq!(queue.get_bytes()?, b"raw");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn put_bytes(&self, bytes: &[u8]) -> Result<(), PutError> {
        self.put_bytes_by(bytes, None)
    }

    /// As [`put_bytes`](Queue::put_bytes), within `timeout`; with a timeout of zero it does not block.
    ///
    /// # Errors
    ///
    /// As [`put_timeout`](Queue::put_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let queue = forktalk::Queue::<()>::bounded(1)?;
    /// queue.put_bytes_timeout(b"raw", Duration::ZERO)?;
    /// assert!(queue.put_bytes_timeout(b"more", Duration::ZERO).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn put_bytes_timeout(&self, bytes: &[u8], timeout: Duration) -> Result<(), PutError> {
        self.put_bytes_by(bytes, Some(clock::after(timeout)))
    }

    #[track_caller]
    fn put_bytes_by(&self, bytes: &[u8], deadline: Option<Deadline>) -> Result<(), PutError> {
        self.check_size(ring::record_bytes(bytes.len()))?;
        self.with_scratch(|scratch| {
            let _ = scratch.framed.add(|room| -> Result<_, Infallible> {
                let room = room.get_mut(..bytes.len());
                Ok(room.map(|room| {
                    room.copy_from_slice(bytes);
                    bytes.len()
                }))
            });
            let (_, answer) = self.core.put(&scratch.framed, deadline);
            answer.map_err(put_error)
        })
    }

    fn check_size(&self, record_bytes: usize) -> Result<(), PutError> {
        let capacity = self.core.ring.most_bytes();
        match record_bytes <= capacity {
            true => Ok(()),
            false => Err(PutError::TooLarge {
                size: record_bytes,
                capacity,
            }),
        }
    }

    /// Hands out the scratch memory. What is put while it is in use (by the code of the values, say) has another.
    #[inline]
    fn with_scratch<R>(&self, f: impl FnOnce(&mut Scratch) -> R) -> R {
        match self.scratch.try_borrow_mut() {
            Ok(mut scratch) => {
                scratch.framed.clear();
                let answer = f(&mut scratch);
                scratch.trim();
                answer
            }
            Err(_) => f(&mut Scratch::default()),
        }
    }

    /// Gets a value.
    ///
    /// Blocks while the queue is empty.
    ///
    /// # Errors
    ///
    /// [`GetError::Closed`]: there is nothing, and nothing will come; [`Queue`] says how that is known.
    /// [`GetError::Decode`]: the item is out of the queue, the next can be got.
    ///
    /// ```
    /// use forktalk::{Closed, GetError, Queue};
    ///
    /// let queue = Queue::unbounded()?;
    /// queue.put(&1)?;
    /// queue.close();
    /// assert_eq!(queue.get()?, 1);
    /// assert_eq!(queue.get(), Err(GetError::Closed(Closed::Everywhere)));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[inline]
    pub fn get(&self) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.get_by(None)
    }

    /// Gets a value if there is one. Does not block.
    ///
    /// # Errors
    ///
    /// [`GetError::Empty`]; otherwise as [`get`](Queue::get).
    ///
    /// ```
    /// use forktalk::{GetError, Queue};
    ///
    /// let queue = Queue::<u8>::unbounded()?;
    /// assert_eq!(queue.try_get(), Err(GetError::Empty));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_get(&self) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.get_by(Some(Deadline::PAST))
    }

    /// Gets a value within `timeout`.
    ///
    /// # Errors
    ///
    /// [`GetError::Empty`]: none came in time; otherwise as [`get`](Queue::get).
    ///
    /// ```
    /// use std::time::Duration;
    /// use forktalk::{GetError, Queue};
    ///
    /// let queue = Queue::<u8>::unbounded()?;
    /// assert_eq!(queue.get_timeout(Duration::from_millis(1)), Err(GetError::Empty));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.get_by(Some(clock::after(timeout)))
    }

    #[track_caller]
    #[inline]
    fn get_by(&self, deadline: Option<Deadline>) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.with_scratch(|scratch| {
            let answer = self.core.get(&mut scratch.got, deadline);
            answer.map_err(get_error)?;
            decode(&scratch.got)
        })
    }

    /// Gets a value that other processes are expected to put: ends when one of them has ended and the queue is empty.
    /// Without a timeout it waits as long as all of them live.
    ///
    /// What they had put before they ended is got first. Who no longer wants to hear of one leaves it out of the list.
    ///
    /// # Errors
    ///
    /// [`GetError::Died`] tells which; [`GetError::Empty`]: the time has passed; [`GetError::Process`]: one of them is
    /// not a child of this process.
    ///
    /// ```
    /// use forktalk::{ExitStatus, GetError, Process, Queue};
    ///
    /// let queue = Queue::<u8>::unbounded()?;
    /// let worker = Process::fork(|| 3)?; // and puts nothing
    /// let pid = worker.pid();
    /// let status = ExitStatus::Exited(3);
    /// assert_eq!(queue.get_relying_on(&[&worker], None), Err(GetError::Died { pid, status }));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn get_relying_on(
        &self,
        processes: &[&Process],
        timeout: Option<Duration>,
    ) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        let deadline = timeout.map(clock::after);
        let fds = sentinels(processes)?;
        self.with_scratch(|scratch| {
            let answer = self.core.get_relying_on(&mut scratch.got, deadline, &fds);
            match answer {
                Err(Missed::Died(index)) => {
                    let pid = processes[index].pid();
                    let status = processes[index].join()?;
                    Err(GetError::Died { pid, status })
                }
                answer => {
                    answer.map_err(get_error)?;
                    decode(&scratch.got)
                }
            }
        })
    }

    /// Gets up to `most` values at once, which is faster than one by one: those that are there, in their order, without
    /// anybody else's gets in between (of large ones only some).
    ///
    /// Blocks until there is at least one. Who is killed before this returns takes them along.
    ///
    /// # Errors
    ///
    /// As [`get`](Queue::get); that one of them does not decode is said in its place.
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// queue.put_all(0..5)?;
    /// let first: Vec<u32> = queue.drain(3)?.collect::<Result<_, _>>()?;
    /// assert_eq!(first, [0, 1, 2]);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn drain(&self, most: usize) -> Result<Drain<'_, T>, GetError> {
        self.drain_by(most, None)
    }

    /// As [`drain`](Queue::drain), and does not block.
    ///
    /// # Errors
    ///
    /// [`GetError::Empty`]; otherwise as [`drain`](Queue::drain).
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::unbounded()?;
    /// assert!(queue.try_drain(10).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_drain(&self, most: usize) -> Result<Drain<'_, T>, GetError> {
        self.drain_by(most, Some(Deadline::PAST))
    }

    #[track_caller]
    fn drain_by(&self, most: usize, deadline: Option<Deadline>) -> Result<Drain<'_, T>, GetError> {
        let mut lent = match self.scratch.try_borrow_mut() {
            Ok(scratch) => Lent::Kept(scratch),
            Err(_) => Lent::New(Scratch::default()),
        };
        let framed = &mut lent.scratch().got;
        framed.clear();
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        if most > 0 {
            let answer = self.core.drain(framed, most, deadline);
            answer.map_err(get_error)?;
        }
        Ok(Drain {
            lent,
            next: 0,
            carries: PhantomData,
        })
    }

    /// Gets one item as bytes.
    ///
    /// Blocks, and fails, as [`get`](Queue::get).
    ///
    /// ```
    /// let queue = forktalk::Queue::<()>::unbounded()?;
    /// queue.put_bytes(b"")?;
    /// assert_eq!(queue.get_bytes()?, b"");
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn get_bytes(&self) -> Result<Vec<u8>, GetError> {
        self.get_bytes_by(None)
    }

    /// As [`get_bytes`](Queue::get_bytes), within `timeout`; with a timeout of zero it does not block.
    ///
    /// # Errors
    ///
    /// As [`get_timeout`](Queue::get_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let queue = forktalk::Queue::<()>::unbounded()?;
    /// assert!(queue.get_bytes_timeout(Duration::ZERO).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn get_bytes_timeout(&self, timeout: Duration) -> Result<Vec<u8>, GetError> {
        self.get_bytes_by(Some(clock::after(timeout)))
    }

    #[track_caller]
    fn get_bytes_by(&self, deadline: Option<Deadline>) -> Result<Vec<u8>, GetError> {
        self.with_scratch(|scratch| {
            let answer = self.core.get(&mut scratch.got, deadline);
            answer.map_err(get_error)?;
            Ok(std::mem::take(&mut scratch.got))
        })
    }

    /// Gets values until the queue is closed and empty, or nobody is left who could put, blocking for each.
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// queue.put_all([3, 4])?;
    /// queue.close();
    /// assert_eq!(queue.iter().sum::<u8>(), 7);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn iter(&self) -> QueueIter<'_, T> {
        QueueIter::new(self)
    }

    /// How many items there are, at the moment of asking.
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// queue.put(&'a')?;
    /// assert_eq!(queue.len(), 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn len(&self) -> usize {
        self.core.ring.len() as usize
    }

    /// Whether there is no item, at the moment of asking.
    ///
    /// ```
    /// assert!(forktalk::Queue::<u8>::unbounded()?.is_empty());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there are as many items as there may be, at the moment of asking. (One whose bytes alone are bounded may
    /// have no room for the next item before that: [`try_put`](Queue::try_put) tells.)
    ///
    /// ```
    /// let queue = forktalk::Queue::bounded(1)?;
    /// queue.put(&1)?;
    /// assert!(queue.is_full());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.capacity() == Some(self.len())
    }

    /// How many items it may hold, if that is bounded.
    ///
    /// ```
    /// use forktalk::Queue;
    ///
    /// assert_eq!(Queue::<u8>::bounded(3)?.capacity(), Some(3));
    /// assert_eq!(Queue::<u8>::unbounded()?.capacity(), None);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.core.ring.bound().map(|items| items as usize)
    }

    /// Closes the queue for all processes: who puts gets [`PutError::Closed`], who gets takes what is left and gets then
    /// [`GetError::Closed`]; who waits is woken for that. Closing again does nothing.
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// queue.put(&1)?;
    /// queue.close();
    /// assert!(queue.put(&2).is_err());
    /// assert_eq!(queue.get()?, 1);
    /// assert!(queue.get().is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn close(&self) {
        if !self.core.is_closed_here() {
            self.core.close();
        }
    }

    /// Whether somebody closed the queue, or this handle was given up here.
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::unbounded()?;
    /// assert!(!queue.is_closed());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.core.is_closed_here() || self.core.ring.is_closed()
    }

    /// Gives this handle up in this process, as dropping it does: it answers [`Closed::Here`], and who waits does not hope
    /// for it any more. The queue stays as it is for others.
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::unbounded()?;
    /// queue.leave();
    /// assert!(queue.put(&1).is_err());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn leave(&self) {
        self.core.leave();
    }

    /// Another handle of the same queue, with descriptors of its own.
    ///
    /// # Errors
    ///
    /// [`QueueError::Closed`]: this one was given up. [`QueueError::TooManyDescriptors`].
    ///
    /// ```
    /// let queue = forktalk::Queue::unbounded()?;
    /// let other = queue.try_clone()?;
    /// queue.put(&1)?;
    /// assert_eq!(other.get()?, 1);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> Result<Queue<T>, QueueError> {
        Ok(Queue::new(self.core.duplicate()?))
    }
}

/// Values that were got at once; see [`Queue::drain`]. Those that are not taken out of it are dropped with it.
///
/// ```
/// let queue = forktalk::Queue::unbounded()?;
/// queue.put_all([1, 2])?;
/// for n in queue.drain(10)? {
///     println!("{}", n?);
/// }
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct Drain<'a, T> {
    lent: Lent<'a>,
    next: usize,
    carries: PhantomData<fn() -> T>,
}

/// Where the values of a drain are.
enum Lent<'a> {
    Kept(RefMut<'a, Scratch>),
    New(Scratch),
}

impl Lent<'_> {
    #[inline]
    fn scratch(&mut self) -> &mut Scratch {
        match self {
            Lent::Kept(kept) => kept,
            Lent::New(new) => new,
        }
    }

    #[inline]
    fn records(&self) -> &[u8] {
        match self {
            Lent::Kept(kept) => &kept.got,
            Lent::New(new) => &new.got,
        }
    }
}

impl<T: DeserializeOwned> Iterator for Drain<'_, T> {
    type Item = Result<T, GetError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let record = ring::first_record(self.lent.records().get(self.next..)?)?;
        self.next += record.len();
        ring::item_of(record).map(decode)
    }
}

impl<T> Drop for Drain<'_, T> {
    fn drop(&mut self) {
        self.lent.scratch().trim();
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.core.items_fd() {
            Some(fd) => write!(f, "Queue({} items, descriptor {fd})", self.len()),
            None => write!(f, "Queue(closed)"),
        }
    }
}

#[inline]
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, GetError> {
    message::decode(bytes).map_err(|reason| GetError::Decode {
        bytes: bytes.len(),
        reason,
    })
}

fn put_error(missed: Missed) -> PutError {
    match missed {
        Missed::Timeout => PutError::Full,
        Missed::Closed(closed) => PutError::Closed(closed),
        Missed::System(errno) => PutError::System(errno),
        Missed::Died(_) => unreachable!("a put relies on no process"),
    }
}

fn get_error(missed: Missed) -> GetError {
    match missed {
        Missed::Timeout => GetError::Empty,
        Missed::Closed(closed) => GetError::Closed(closed),
        Missed::System(errno) => GetError::System(errno),
        Missed::Died(_) => unreachable!("who relies on processes says which"),
    }
}
