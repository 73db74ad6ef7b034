//! Typed value <-> bytes: serde by way of postcard.

use std::mem;

use forktalk_abi::Deadline;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{RecvError, SendError};
use crate::frame::{self, Missed};
use crate::inherit::End;
use crate::turn::lock;

/// Sends a value as one message.
#[track_caller]
pub(crate) fn send<T: Serialize + ?Sized>(end: &End, value: &T) -> Result<(), SendError> {
    let mut writer = lock(&end.writer);
    let mut scratch = mem::take(&mut writer.scratch);
    scratch.clear();
    let encoded = encode(value, &mut scratch).map_err(SendError::Encode);
    let answer = encoded.and_then(|()| frame::send_with(end, &mut writer, &scratch));
    writer.scratch = scratch;
    answer
}

/// Receives a message as a value; see [`frame::receive`].
#[track_caller]
pub(crate) fn receive<T: DeserializeOwned>(
    end: &End,
    deadline: Option<Deadline>,
    ahead: bool,
) -> Result<T, Missed> {
    let decoded = frame::receive(end, deadline, ahead, |bytes| {
        decode(bytes).map_err(|reason| RecvError::Decode {
            bytes: bytes.len(),
            reason,
        })
    });
    decoded?.map_err(Missed::Failed)
}

/// Appends a value to `buffer`, as bytes. If it cannot be encoded, the text says why, and nothing was appended.
#[inline]
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T, buffer: &mut Vec<u8>) -> Result<(), String> {
    let before = buffer.len();
    match postcard::to_extend(value, Appending(buffer)) {
        Ok(_) => Ok(()),
        Err(error) => {
            buffer.truncate(before);
            Err(error.to_string())
        }
    }
}

/// Lends a buffer to an encoder that would keep it.
struct Appending<'a>(&'a mut Vec<u8>);

impl Extend<u8> for Appending<'_> {
    #[inline]
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        self.0.extend(bytes);
    }
}

/// The value that all of `bytes` are; or why they are none.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(format!("{} bytes are left over", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}
