//! The getting side of a [`Queue`].

use std::cell::RefMut;
use std::marker::PhantomData;
use std::panic::Location;
use std::time::Duration;

use forktalk_abi::Deadline;
use serde::de::DeserializeOwned;

use super::{Queue, SMALL_BYTES, Scratch};
use crate::acting::Acting;
use crate::error::GetError;
use crate::process::Process;
use crate::waiting::{Missed, sentinels};
use crate::{clock, message, ring};

impl<T> Queue<T> {
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
        self.get_at(Location::caller(), deadline)
    }

    /// The error at which an iteration ended, for the next who asks.
    #[inline]
    fn kept(&self) -> Result<(), GetError> {
        match self.kept.take() {
            None => Ok(()),
            Some(error) => Err(*error),
        }
    }

    /// The next value of an iteration. What cannot be decoded ends it, and is said by the next get.
    pub(crate) fn next(&self, place: &'static Location<'static>) -> Option<T>
    where
        T: DeserializeOwned,
    {
        match self.get_at(place, None) {
            Ok(value) => Some(value),
            Err(error) => {
                // The others last: whoever asks is told again.
                if matches!(error, GetError::Decode { .. }) {
                    self.kept.set(Some(Box::new(error)));
                }
                None
            }
        }
    }

    /// Gets a value for this line of the program.
    #[inline]
    fn get_at(
        &self,
        place: &'static Location<'static>,
        deadline: Option<Deadline>,
    ) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.kept()?;
        let _acting = Acting::at(place);
        // Most items are small, and need no memory of their own.
        let mut small = [0; SMALL_BYTES];
        match self
            .core
            .get_small(&mut small, deadline)
            .map_err(get_error)?
        {
            Some(bytes) => decode(&small[..bytes]),
            None => self.get_large(place, deadline),
        }
    }

    #[cold]
    fn get_large(
        &self,
        place: &'static Location<'static>,
        deadline: Option<Deadline>,
    ) -> Result<T, GetError>
    where
        T: DeserializeOwned,
    {
        self.with_scratch_at(place, |scratch| {
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
        self.kept()?;
        self.with_scratch(|scratch| {
            let answer = self.core.get_relying_on(&mut scratch.got, deadline, &fds);
            let Some(index) = answer.map_err(get_error)? else {
                return decode(&scratch.got);
            };
            let pid = processes[index].pid();
            let status = processes[index].join()?;
            Err(GetError::Died { pid, status })
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
        self.kept()?;
        let mut lent = match self.scratch.try_borrow_mut() {
            Ok(scratch) => Lent::Kept(scratch),
            Err(_) => Lent::New(Scratch::default()),
        };
        let framed = &mut lent.scratch().got;
        framed.clear();
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        if most > 0 {
            let _acting = Acting::at(Location::caller());
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
        self.kept()?;
        self.with_scratch(|scratch| {
            let answer = self.core.get(&mut scratch.got, deadline);
            answer.map_err(get_error)?;
            Ok(std::mem::take(&mut scratch.got))
        })
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

#[inline]
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, GetError> {
    message::decode(bytes).map_err(|reason| GetError::Decode {
        bytes: bytes.len(),
        reason,
    })
}

fn get_error(missed: Missed) -> GetError {
    match missed {
        Missed::Timeout => GetError::Empty,
        Missed::Closed(closed) => GetError::Closed(closed),
        Missed::System(errno) => GetError::System(errno),
    }
}
