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
    let bytes = postcard::to_extend(value, scratch)
        .map_err(|error| SendError::Encode(error.to_string()))?;
    let answer = frame::send_with(end, &mut writer, &bytes);
    writer.scratch = bytes;
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

/// Writes a value into `room`; answers how many bytes it takes, or nothing if there is not enough room.
#[inline]
pub(crate) fn encode_into<T: Serialize + ?Sized>(
    value: &T,
    room: &mut [u8],
) -> Result<Option<usize>, String> {
    match postcard::to_slice(value, room) {
        Ok(written) => Ok(Some(written.len())),
        Err(postcard::Error::SerializeBufferFull) => Ok(None),
        Err(error) => Err(error.to_string()),
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
