//! Messages of bytes that carry a number at their beginning.

use super::rig::Answer;
use crate::number::number;

/// Where it begins, a number.
const NUMBER_BYTES: usize = 8;

/// A message of so many bytes; [`Message::with`] changes its number only.
pub(crate) struct Message(Vec<u8>);

impl Message {
    pub(crate) fn new(bytes: usize) -> Message {
        Message(vec![7; bytes])
    }

    /// The message of the `n`th number.
    #[inline]
    pub(crate) fn with(&mut self, n: u64) -> &[u8] {
        self.carrying(number(n))
    }

    #[inline]
    pub(crate) fn carrying(&mut self, number: u64) -> &[u8] {
        self.0[..NUMBER_BYTES].copy_from_slice(&number.to_ne_bytes());
        &self.0
    }
}

/// The number that a message carries, if its length is right.
#[inline]
pub(crate) fn carried(message: &[u8], bytes: usize) -> Answer<u64> {
    match message.first_chunk() {
        Some(number) if message.len() == bytes => Ok(u64::from_ne_bytes(*number)),
        _ => Err(format!("{} bytes came instead of {bytes}", message.len()).into()),
    }
}
