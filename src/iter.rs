//! Iteration over a [`Receiver`], to end-of-file: [`Iter`], [`IntoIter`]; over a [`Queue`], to its end: [`QueueIter`].

use std::panic::Location;

use serde::de::DeserializeOwned;

use crate::acting::Acting;
use crate::frame;
use crate::inherit::End;
use crate::message;
use crate::pipe::{Receiver, without_deadline};
use crate::queue::Queue;

/// The values that come through a pipe, to end-of-file: what `for value in &receiver` goes over.
///
/// It also ends at a message that cannot be received (one that does not decode, say); the next
/// [`recv`](Receiver::recv) answers that error, so who must know asks it: after a plain end-of-file it answers
/// [`Closed::EndOfFile`](crate::Closed::EndOfFile).
///
/// ```
/// let (rx, tx) = forktalk::pipe::<u8>()?;
/// tx.send_bytes(b"no u8")?;
/// tx.close();
/// assert_eq!(rx.iter().next(), None);
/// assert!(matches!(rx.recv(), Err(forktalk::RecvError::Decode { .. })));
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    /// The line that iterates: an adapter of the standard library may be what asks.
    place: &'static Location<'static>,
}

impl<'a, T> Iter<'a, T> {
    #[track_caller]
    pub(crate) fn new(receiver: &'a Receiver<T>) -> Iter<'a, T> {
        Iter {
            receiver,
            place: Location::caller(),
        }
    }
}

impl<T: DeserializeOwned> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        next(self.receiver.end(), self.place)
    }
}

/// As [`Iter`], and owns the end: it is closed when the iteration is dropped.
///
/// ```
/// let (rx, tx) = forktalk::pipe::<u8>()?;
/// drop(tx);
/// assert_eq!(rx.into_iter().count(), 0);
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    place: &'static Location<'static>,
}

impl<T: DeserializeOwned> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        next(self.receiver.end(), self.place)
    }
}

fn next<T: DeserializeOwned>(end: &End, place: &'static Location<'static>) -> Option<T> {
    let _acting = Acting::at(place);
    match message::receive(end, None, true) {
        Ok(value) => Some(value),
        Err(missed) => {
            frame::keep_error(end, without_deadline(missed));
            None
        }
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: DeserializeOwned> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter {
            receiver: self,
            place: Location::caller(),
        }
    }
}

/// The values of a queue, until it is closed and empty, or nobody is left who could put: what `for value in &queue` goes
/// over.
///
/// It also ends at an item that cannot be got (one that does not decode, say); the next [`get`](Queue::get) answers that
/// error, so who must know asks it: after a plain end it answers [`GetError::Closed`](crate::GetError::Closed).
///
/// ```
/// let queue = forktalk::Queue::unbounded()?;
/// queue.put(&1)?;
/// queue.close();
/// for n in &queue {
///     assert_eq!(n, 1);
/// }
/// # Ok::<(), forktalk::Error>(())
/// ```
pub struct QueueIter<'a, T> {
    queue: &'a Queue<T>,
    place: &'static Location<'static>,
}

impl<'a, T> QueueIter<'a, T> {
    #[track_caller]
    pub(crate) fn new(queue: &'a Queue<T>) -> QueueIter<'a, T> {
        QueueIter {
            queue,
            place: Location::caller(),
        }
    }
}

impl<T: DeserializeOwned> Iterator for QueueIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.queue.next(self.place)
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Queue<T> {
    type Item = T;
    type IntoIter = QueueIter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> QueueIter<'a, T> {
        self.iter()
    }
}
