//! [`Queue`]: many putters, many getters.

mod get;
mod put;

pub use get::Drain;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use crate::acting::Acting;
use crate::error::{GetError, QueueError};
use crate::iter::QueueIter;
use crate::queue_builder::QueueBuilder;
use crate::ring::Framed;
use crate::waiting::Core;

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
/// - An idle queue costs no processor time. What a long queue took of memory is given back when it is drained, up to 16 MiB
///   of it only after a getter has waited for a while.
///
/// # How that is known
///
/// Natively, 10,000 of its users are killed under load, and nothing is missing but what a killed getter had in its hands
/// (`cargo xtask storm`); histories of ten million operations are checked to be linearizable. In the simulator any user is
/// killed at any of its steps, each access to shared memory being one, 200,000 times a test run. The orders in which
/// processors see each other's writes are gone through by loom. And any sequence of operations is compared with a plain
/// queue's.
///
/// # Handles
///
/// A queue is given to a child like an end of a pipe: moved into [`Process::spawn`], borrowed in [`Process::fork`]. A
/// process that only knows it from [`clones`](Queue::try_clone) and copies, and does not use it, should
/// [`leave`](Queue::leave) it, so that others do not hope for it; so should one that was told that nobody is left, before it
/// joins a child that waits at the same queue. One thread uses a handle at a time; another takes a
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
///
/// [`Closed::Abandoned`]: crate::Closed::Abandoned
/// [`Closed::Here`]: crate::Closed::Here
/// [`PutError::Full`]: crate::PutError::Full
/// [`GetError::Empty`]: crate::GetError::Empty
/// [`Process::spawn`]: crate::Process::spawn
/// [`Process::fork`]: crate::Process::fork
pub struct Queue<T> {
    core: Core,
    scratch: RefCell<Scratch>,
    /// What the last iteration ended at.
    kept: Cell<Option<Box<GetError>>>,
    carries: PhantomData<fn(T) -> T>,
}

/// Kept for its memory.
#[derive(Default)]
struct Scratch {
    framed: Framed,
    got: Vec<u8>,
}

/// An item of no more than this is put and got on the stack.
const SMALL_BYTES: usize = 64;

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

impl<T> Queue<T> {
    pub(crate) fn new(core: Core) -> Queue<T> {
        Queue {
            core,
            scratch: RefCell::default(),
            kept: Cell::default(),
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

    /// Hands out the scratch memory. What is put while it is in use (by the code of the values, say) has another. What `f`
    /// asks of the system is asked for the caller's line.
    #[track_caller]
    #[inline]
    fn with_scratch<R>(&self, f: impl FnOnce(&mut Scratch) -> R) -> R {
        self.with_scratch_at(Location::caller(), f)
    }

    #[inline]
    fn with_scratch_at<R>(
        &self,
        place: &'static Location<'static>,
        f: impl FnOnce(&mut Scratch) -> R,
    ) -> R {
        let _acting = Acting::at(place);
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

    /// Closes the queue for all processes: who puts gets [`PutError::Closed`](crate::PutError::Closed), who gets takes what is left and then gets
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

    /// Gives this handle up in this process, as dropping it does: it answers [`Closed::Here`](crate::Closed::Here), and who waits does not hope
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

    /// How often each of its rare paths was gone, where that is counted.
    ///
    /// ```
    /// let queue = forktalk::Queue::<u8>::bounded(1)?;
    /// assert!(queue.marks().counted().all(|(_, count)| count == 0));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[cfg(feature = "marks")]
    #[must_use]
    pub fn marks(&self) -> crate::Marks {
        crate::Marks {
            ring: std::sync::Arc::clone(&self.core.ring),
        }
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

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.core.items_fd() {
            Some(fd) => write!(f, "Queue({} items, descriptor {fd})", self.len()),
            None => write!(f, "Queue(closed)"),
        }
    }
}
