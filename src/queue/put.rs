//! The putting side of a [`Queue`].

use std::panic::Location;
use std::time::Duration;

use forktalk_abi::Deadline;
use serde::Serialize;

use super::{Queue, SMALL_BYTES};
use crate::acting::Acting;
use crate::error::{PutAllError, PutError};
use crate::ring::{self, Framed};
use crate::waiting::Missed;
use crate::{clock, message};

/// Several values are put in portions of about so many bytes.
const PORTION_BYTES: usize = 2 << 10;

impl<T> Queue<T> {
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
        let _acting = Acting::at(Location::caller());
        // Most values are small, and need no memory of their own.
        let mut small = [0; SMALL_BYTES];
        match message::encode_into(value, &mut small).map_err(PutError::Encode)? {
            Some(bytes) => self.put_item(&small[..bytes], deadline),
            None => self.put_large(value, deadline),
        }
    }

    #[track_caller]
    #[cold]
    fn put_large(&self, value: &T, deadline: Option<Deadline>) -> Result<(), PutError>
    where
        T: Serialize,
    {
        self.with_scratch(|scratch| {
            let encode = |room: &mut [u8]| message::encode_into(value, room);
            scratch.framed.add(encode).map_err(PutError::Encode)?;
            let item = ring::item_of(scratch.framed.bytes()).unwrap_or_default();
            self.put_item(item, deadline)
        })
    }

    #[track_caller]
    #[inline]
    fn put_item(&self, item: &[u8], deadline: Option<Deadline>) -> Result<(), PutError> {
        self.check_size(ring::record_bytes(item.len()))?;
        self.core.put(item, deadline).map_err(put_error)
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
                let (records, answer) = self.core.put_all(&scratch.framed, None);
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
        self.put_item(bytes, None)
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
        self.put_item(bytes, Some(clock::after(timeout)))
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
}

fn put_error(missed: Missed) -> PutError {
    match missed {
        Missed::Timeout => PutError::Full,
        Missed::Closed(closed) => PutError::Closed(closed),
        Missed::System(errno) => PutError::System(errno),
    }
}
